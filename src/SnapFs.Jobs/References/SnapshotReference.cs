using System.Diagnostics.CodeAnalysis;
using SnapFs.Posix.Files;

namespace SnapFs.Jobs.References;

/// <summary>
/// Names a snapshot and perhaps a path in it: <c>latest</c>, 8 or more digits of an id, <c>host:source</c> (its latest) or
/// <c>host:source@time</c>; then <c>:/path</c>, or <c>:\/path</c> for a path with the escapes of <see cref="SafeText"/>.
/// </summary>
public sealed record SnapshotReference
{
    /// <summary>Fewer digits of an id are not taken for one.</summary>
    public const int MinIdDigits = 8;

    /// <summary>What stands before the path, as it was typed.</summary>
    public required string Text { get; init; }

    /// <summary>Digits that the id begins with; null if it is not named by id.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>The host; null for any.</summary>
    public string? Host { get; init; }

    /// <summary>The source; null for any.</summary>
    public string? Source { get; init; }

    /// <summary>The time or a beginning of it, with <c>-</c> for <c>:</c>; null for the latest.</summary>
    public string? Time { get; init; }

    /// <summary>The source, if what looks like a time is a part of its name; null if nothing looks so.</summary>
    public string? SourceWithTime { get; init; }

    /// <summary>Whether neither id, host nor source is named: the newest that is meant by <see cref="LatestRule"/>.</summary>
    public bool IsLatest => IdPrefix is null && Host is null && Source is null;

    /// <summary>The path in the snapshot, absolute, raw, without a slash at its end; null if none is given.</summary>
    public byte[]? Path { get; init; }

    /// <summary>Reads a reference.</summary>
    /// <exception cref="UsageException">It has none of the forms.</exception>
    public static SnapshotReference Parse(string text)
    {
        // A source never begins with a slash, nor does a time, so the first ":/" begins the path.
        // Nor does one hold a slash, so the first ":\/" begins a path with escapes.
        int split = text.IndexOf(":/", StringComparison.Ordinal);
        int escaped = text.AsSpan(0, split < 0 ? text.Length : split).IndexOf(@":\/");
        string name = escaped >= 0 ? text[..escaped] : split < 0 ? text : text[..split];
        byte[]? path = escaped >= 0 ? NormalisePath(Unescape(text[(escaped + 2)..]))
            : split < 0 ? null
            : NormalisePath(RawText.ToBytes(text[(split + 1)..]));
        return TryParseName(name, out SnapshotReference? reference)
            ? reference with { Path = path }
            : throw new UsageException(
                $"'{SafeText.Of(text)}' names no snapshot; write latest, {MinIdDigits} or more digits of an id, "
                    + "host:source or host:source@time, then :/path for a part of it");
    }

    /// <summary>The end of a reference that names a path: <see cref="Parse"/> takes it, whatever bytes the path has, and a
    /// terminal shows it.</summary>
    /// <param name="path">Absolute, raw.</param>
    public static string EndFor(ReadOnlySpan<byte> path)
    {
        string safe = SafeText.Of(path);
        string plain = RawText.FromBytes(path);
        return safe.Replace(@"\\", @"\", StringComparison.Ordinal) == plain ? $":{plain}" : $@":\{safe}";
    }

    private static bool TryParseName(string name, [NotNullWhen(true)] out SnapshotReference? reference)
    {
        reference = null;
        if (name == "latest")
        {
            reference = new SnapshotReference { Text = name };
        }
        else if (name.Length is >= MinIdDigits and <= 64 && name.All(char.IsAsciiHexDigit))
        {
            reference = new SnapshotReference { Text = name, IdPrefix = name.ToLowerInvariant() };
        }
        else if (name.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon && colon < name.Length - 1)
        {
            // A source may hold an @; what follows the last one is a time if it looks like one.
            int at = name.LastIndexOf('@');
            string? time = at > colon + 1 && LooksLikeTime(name.AsSpan(at + 1))
                ? name[(at + 1)..].Replace(':', '-')
                : null;
            reference = new SnapshotReference
            {
                Text = name,
                Host = name[..colon],
                Source = time is null ? name[(colon + 1)..] : name[(colon + 1)..at],
                Time = time == "latest" ? null : time,
                SourceWithTime = time is null ? null : name[(colon + 1)..],
            };
        }

        return reference is not null;
    }

    private static bool LooksLikeTime(ReadOnlySpan<char> text) =>
        text is "latest" || (text.Length >= 4 && !text[..4].ContainsAnyExceptInRange('0', '9'));

    private static byte[] Unescape(string path) => SafeText.TryParse(path)
        ?? throw new UsageException(
            $@"the path {SafeText.Message(path)} has an escape that is none; write \\ for a backslash, \xNN for a byte");

    /// <summary>Removes doubled slashes, <c>.</c> and slashes at the end; refuses <c>..</c>.</summary>
    private static byte[] NormalisePath(byte[] path)
    {
        IReadOnlyList<byte[]> parts = RawPath.Components(path);
        return parts.Any(part => part.AsSpan().SequenceEqual(".."u8))
            ? throw new UsageException($"the path {SafeText.Of(path)} goes up with ..; write it without")
            : RawPath.Normalize(path, "/"u8);
    }
}
