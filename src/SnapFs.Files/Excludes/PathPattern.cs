namespace SnapFs.Files.Excludes;

/// <summary>One line of gitignore syntax.</summary>
/// <param name="Glob">The pattern without its <c>!</c>, leading and trailing slash.</param>
/// <param name="IsNegated">Whether a match takes back an earlier one.</param>
/// <param name="IsDirectoryOnly">Whether only directories match.</param>
/// <param name="IsAnchored">Whether the whole path is matched, and not the name alone.</param>
internal sealed record PathPattern(byte[] Glob, bool IsNegated, bool IsDirectoryOnly, bool IsAnchored)
{
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
        if (line.StartsWith("/"u8))
        {
            line = line[1..];
        }

        return line.IsEmpty ? null : new PathPattern(line.ToArray(), negated, directoryOnly, anchored);
    }

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
