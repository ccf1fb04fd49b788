using System.Buffers;
using System.Text;
using SnapFs.Text;

namespace SnapFs.Files.Excludes;

/// <summary>One line of gitignore syntax.</summary>
/// <param name="Glob">The pattern without its <c>!</c>, leading and trailing slash.</param>
/// <param name="IsNegated">Whether a match takes back an earlier one.</param>
/// <param name="IsDirectoryOnly">Whether only directories match.</param>
/// <param name="IsAnchored">Whether the whole path is matched, and not the name alone.</param>
/// <param name="IsRooted">Whether it was written with a slash at its beginning.</param>
internal sealed record PathPattern(
    byte[] Glob, bool IsNegated, bool IsDirectoryOnly, bool IsAnchored, bool IsRooted)
{
    /// <summary>The pattern as it was written, if <see cref="Glob"/> is one of those that match it in either case.</summary>
    private byte[]? _caseless;

    private readonly bool _isLiteral = !Glob.AsSpan().ContainsAny("*?[\\"u8);

    /// <summary>Reads one line; null if it holds no pattern.</summary>
    public static PathPattern? Parse(ReadOnlySpan<byte> line)
    {
        line = TrimTrailingSpaces(line);
        bool negated = line.StartsWith("!"u8);
        if (negated)
        {
            line = line[1..];
        }

        bool directoryOnly = line.EndsWith("/"u8);
        if (directoryOnly)
        {
            line = line[..^1];
        }

        bool anchored = line.Contains((byte)'/');
        bool rooted = line.StartsWith("/"u8);
        if (rooted)
        {
            line = line[1..];
        }

        return line.IsEmpty ? null : new PathPattern(line.ToArray(), negated, directoryOnly, anchored, rooted);
    }

    /// <summary>The patterns that together match what this one does when case does not count; null if they are too many.</summary>
    public IReadOnlyList<PathPattern>? IgnoringCase() => CaselessGlob.Expand(Glob) is { } globs
        ? [.. globs.Select(glob => new PathPattern(glob, IsNegated, IsDirectoryOnly, IsAnchored, IsRooted) { _caseless = Glob })]
        : null;

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">Relative to the anchor, without a leading slash.</param>
    /// <param name="nameStart">Where its last component begins.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public bool IsMatch(ReadOnlySpan<byte> path, int nameStart, bool isDirectory)
    {
        if (IsDirectoryOnly && !isDirectory)
        {
            return false;
        }

        ReadOnlySpan<byte> text = IsAnchored ? path : path[nameStart..];
        return _isLiteral ? text.SequenceEqual(Glob) : Wildmatch.IsMatch(Glob, text);
    }

    /// <summary>An anchored pattern with its anchor at a directory.</summary>
    /// <param name="directory">Relative to the anchor that it has, without slashes around it; not empty.</param>
    public PathPattern Below(ReadOnlySpan<byte> directory)
    {
        List<byte> glob = [];
        foreach (byte b in directory)
        {
            if ("*?[\\"u8.Contains(b))
            {
                glob.Add((byte)'\\');
            }

            glob.Add(b);
        }

        return new PathPattern([.. glob, (byte)'/', .. Glob], IsNegated, IsDirectoryOnly, IsAnchored, IsRooted);
    }

    /// <summary>Whether it is written as a path that begins with a directory: <c>/home/ann</c> with <c>/home</c>.</summary>
    /// <param name="directory">Without slashes around it; not empty.</param>
    public bool BeginsWith(ReadOnlySpan<byte> directory)
    {
        ReadOnlySpan<byte> written = _caseless ?? Glob;
        return IsRooted
            && (_caseless is null
                ? written.StartsWith(directory)
                : RawText.FromBytes(written).StartsWith(RawText.FromBytes(directory), StringComparison.OrdinalIgnoreCase))
            && (written.Length == directory.Length
                || (written.Length > directory.Length && written[directory.Length] == (byte)'/'));
    }

    /// <summary>The first part of the path, if it is one name and no glob.</summary>
    /// <returns>False also of a pattern in which case does not count: there is more than one name then.</returns>
    public bool TryGetFirstName(out ReadOnlySpan<byte> name)
    {
        int slash = Glob.AsSpan().IndexOf((byte)'/');
        name = slash < 0 ? Glob : Glob.AsSpan(0, slash);
        return _caseless is null && !name.ContainsAny("*?[\\"u8);
    }

    /// <summary>The line that <see cref="Parse"/> reads as this pattern.</summary>
    public byte[] ToLine() =>
    [
        .. IsNegated ? "!"u8 : default,
        .. IsAnchored ? "/"u8 : default,
        .. Glob,
        .. IsDirectoryOnly ? "/"u8 : default,
    ];

    /// <summary>Why no path ever matches; null if one may.</summary>
    public string? WhyNever()
    {
        foreach (Range range in Glob.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = Glob.AsSpan()[range];
            if (part.IsEmpty || part.SequenceEqual("."u8) || part.SequenceEqual(".."u8))
            {
                return "no path in a snapshot has an empty part, . or ..";
            }
        }

        for (int i = 0; i < Glob.Length; i++)
        {
            if (Glob[i] == (byte)'\\')
            {
                i++; // quotes what follows
                if (i == Glob.Length)
                {
                    return @"a \ at the end quotes nothing";
                }
            }
            else if (Glob[i] == (byte)'[' && (i = Wildmatch.EndOfSet(Glob, i)) < 0)
            {
                return @"its [ has no ]; write \[ for the character";
            }
        }

        return null;
    }

    /// <summary>The first set in which a character is more than a byte; null if there is none.</summary>
    public string? SetOfBytes()
    {
        for (int i = 0; i < Glob.Length; i++)
        {
            if (Glob[i] == (byte)'\\')
            {
                i++;
            }
            else if (Glob[i] == (byte)'[' && Wildmatch.EndOfSet(Glob, i) is > 0 and int end)
            {
                ReadOnlySpan<byte> set = Glob.AsSpan(i, end + 1 - i);
                if (HasLongCharacter(set))
                {
                    return RawText.FromBytes(set);
                }

                i = end;
            }
        }

        return null;
    }

    private static bool HasLongCharacter(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out _, out int length) == OperationStatus.Done && length > 1)
            {
                return true;
            }

            text = text[length..];
        }

        return false;
    }

    private static ReadOnlySpan<byte> TrimTrailingSpaces(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        int end = line.Length;
        while (end > 0 && line[end - 1] == ' ')
        {
            end--;
        }

        int escapes = 0;
        while (escapes < end && line[end - 1 - escapes] == '\\')
        {
            escapes++;
        }

        return end < line.Length && escapes % 2 == 1 ? line[..(end + 1)] : line[..end];
    }
}
