using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SnapFs.Posix.Files;

namespace SnapFs.Jobs.References;

/// <summary>
/// Names a snapshot and perhaps a path in it: <c>latest</c>, 8 or more digits of an id, <c>host:source</c> (its latest); with
/// <c>@time</c> what was the latest then, with <c>~N</c> the Nth before the latest, and <c>@time</c> alone or <c>yesterday</c> is what
/// <c>latest</c> was then; then <c>:/path</c>, or <c>:\/path</c> for a path with the escapes of <see cref="SafeText"/>.
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

    /// <summary>The time or a beginning of it, with <c>-</c> for <c>:</c>, or a word for a day; null for the latest.</summary>
    public string? Time { get; init; }

    /// <summary>How many snapshots before the latest.</summary>
    public int Back { get; init; }

    /// <summary>The source, if what looks like a time or like steps back is a part of its name; null if nothing looks so.</summary>
    public string? SourceAsTyped { get; init; }

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
        else if (name == "yesterday")
        {
            reference = new SnapshotReference { Text = name, Time = name };
        }
        else if (name.StartsWith('@') && SnapshotTime.IsMeant(name.AsSpan(1)))
        {
            reference = new SnapshotReference { Text = name, Time = TimeIn(name[1..]) };
        }
        else if (name.StartsWith("latest~", StringComparison.Ordinal) && StepsIn(name.AsSpan("latest~".Length)) is { } steps)
        {
            reference = new SnapshotReference { Text = name, Back = steps };
        }
        else if (name.Length is >= MinIdDigits and <= 64 && name.All(char.IsAsciiHexDigit))
        {
            reference = new SnapshotReference { Text = name, IdPrefix = name.ToLowerInvariant() };
        }
        else if (name.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon && colon < name.Length - 1)
        {
            // A source may hold an @ or a ~; what follows the last one is a time, or steps back, if it looks like it.
            int mark = name.LastIndexOfAny(['@', '~']);
            bool hasTime = mark > colon + 1 && name[mark] == '@' && SnapshotTime.IsMeant(name.AsSpan(mark + 1));
            int? back = mark > colon + 1 && name[mark] == '~' ? StepsIn(name.AsSpan(mark + 1)) : null;
            bool isPlain = !hasTime && back is null;
            reference = new SnapshotReference
            {
                Text = name,
                Host = name[..colon],
                Source = isPlain ? name[(colon + 1)..] : name[(colon + 1)..mark],
                Time = hasTime ? TimeIn(name[(mark + 1)..]) : null,
                Back = back ?? 0,
                SourceAsTyped = isPlain ? null : name[(colon + 1)..],
            };
        }

        return reference is not null;
    }

    /// <summary>As the mount writes it, which knows no colons.</summary>
    private static string? TimeIn(string text) => text == "latest" ? null : text.Replace(':', '-');

    private static int? StepsIn(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps : null;

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
