using SnapFs.Text;

namespace SnapFs.Files.Excludes;

/// <summary>
/// An ordered list of gitignore patterns; the last that matches decides. Immutable and safe for concurrent use.
/// </summary>
/// <remarks>
/// Patterns with a slash before their end are anchored at <c>/</c> of the recorded paths, or with <see cref="Below"/> at other
/// directories, whether they begin with one or not; patterns without match a name at any depth. As in git, nothing below an
/// excluded directory can be taken back, since it is not read.
/// </remarks>
public sealed class PatternSet
{
    private readonly PathPattern[] _patterns;
    private readonly bool _needsPath;

    private PatternSet(PathPattern[] patterns, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        _patterns = patterns;
        Lines = lines;
        _needsPath = patterns.Any(pattern => pattern.IsAnchored);
    }

    /// <summary>No patterns.</summary>
    public static PatternSet Empty { get; } = new([], []);

    /// <summary>The patterns as they were given, in order, raw.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Takes patterns in order, each as given on a command line: <c>#</c> begins no comment.</summary>
    public static PatternSet FromPatterns(IEnumerable<string> patterns) =>
        Empty.Add(patterns.Select(RawText.ToBytes));

    /// <summary>These patterns with anchors at some directories, as if each held them as its <c>.gitignore</c>. One that is written
    /// as a path which begins with such a directory is that path.</summary>
    /// <param name="directories">Absolute recorded paths, raw.</param>
    /// <param name="others">Paths of which none is a directory: nothing is relative to them, but a pattern may be one of them.</param>
    public PatternSet Below(
        IReadOnlyList<ReadOnlyMemory<byte>> directories, IReadOnlyList<ReadOnlyMemory<byte>>? others = null)
    {
        PathPattern[] patterns =
        [
            .. _patterns.SelectMany(pattern => IsRelative(pattern, directories, others ?? [])
                ? directories.Select(directory => AnchorAt(pattern, directory.Span))
                : [pattern]),
        ];
        return new PatternSet(patterns, [.. patterns.Select(pattern => (ReadOnlyMemory<byte>)pattern.ToLine())]);
    }

    /// <summary>Patterns that are relative to directories and begin with a name that none of these has: they match nothing there,
    /// and mostly were meant from another directory on.</summary>
    /// <param name="directories">Absolute recorded paths, raw.</param>
    /// <param name="others">Named paths of which none is a directory.</param>
    /// <param name="isThere">Whether any of the directories has a name.</param>
    /// <returns>Their lines, each once.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> WithoutBeginning(
        IReadOnlyList<ReadOnlyMemory<byte>> directories,
        IReadOnlyList<ReadOnlyMemory<byte>> others,
        Func<byte[], bool> isThere)
    {
        Dictionary<string, bool> looked = [];
        List<ReadOnlyMemory<byte>> lines = [];
        for (int i = 0; i < _patterns.Length; i++)
        {
            if (IsRelative(_patterns[i], directories, others) && _patterns[i].TryGetFirstName(out ReadOnlySpan<byte> name))
            {
                string key = RawText.FromBytes(name);
                if (!looked.TryGetValue(key, out bool isKnown))
                {
                    isKnown = isThere(name.ToArray());
                    looked.Add(key, isKnown);
                }

                if (!isKnown)
                {
                    lines.Add(Lines[i]);
                }
            }
        }

        return lines;
    }

    /// <summary>Why a pattern can never match, for whoever gave it; null if it may.</summary>
    /// <param name="pattern">One line.</param>
    public static string? WhyNever(ReadOnlySpan<byte> pattern) => PathPattern.Parse(pattern) is { } parsed
        ? parsed.WhyNever()
        : "it is empty";

    /// <summary>A part of a pattern that matches more than it says, for whoever gave it: a set with a character of several bytes, of
    /// which each matches. <c>[я]*</c> is every name that begins as most Cyrillic ones do.</summary>
    /// <param name="pattern">One line.</param>
    /// <returns>The set; null if there is none.</returns>
    public static string? SetOfBytes(ReadOnlySpan<byte> pattern) => PathPattern.Parse(pattern)?.SetOfBytes();

    /// <summary>These patterns and after them another, in which letters of either case are the same.</summary>
    /// <param name="pattern">As given on a command line; one that may match, and has no <see cref="SetOfBytes"/>.</param>
    /// <returns>Null if it has too many letters whose two cases differ in more than a byte.</returns>
    public PatternSet? AddIgnoringCase(string pattern)
    {
        if (PathPattern.Parse(RawText.ToBytes(pattern)) is not { } parsed)
        {
            return this;
        }

        return parsed.IgnoringCase() is { } patterns
            ? new PatternSet(
                [.. _patterns, .. patterns],
                [.. Lines, .. patterns.Select(one => (ReadOnlyMemory<byte>)one.ToLine())])
            : null;
    }

    /// <summary>Takes patterns in order, each one raw line.</summary>
    public static PatternSet FromLines(IEnumerable<ReadOnlyMemory<byte>> lines) => Empty.Add(lines.Select(line => line.ToArray()));

    /// <summary>These patterns and after them those of a file: empty lines and lines that begin with <c>#</c> are
    /// skipped.</summary>
    public PatternSet AddFile(ReadOnlySpan<byte> content)
    {
        List<byte[]> lines = [];
        if (content.StartsWith("\ufeff"u8))
        {
            content = content[3..];
        }

        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (!line.StartsWith("#"u8))
            {
                lines.Add(line.ToArray());
            }
        }

        return Add(lines);
    }

    /// <summary>Whether a path is matched and not taken back.</summary>
    /// <param name="directory">The recorded path of the directory, with or without slashes around it.</param>
    /// <param name="name">The name in it.</param>
    /// <param name="isDirectory">Whether the name is a directory.</param>
    public bool IsMatch(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, bool isDirectory) =>
        Decide(directory, name, isDirectory) ?? false;

    /// <summary>What the last pattern that matches a path says of it: true, false if it is a negated one, or null if
    /// none matches.</summary>
    public bool? Decide(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (IsEmpty)
        {
            return null;
        }

        directory = directory.Trim((byte)'/');
        if (!_needsPath || directory.IsEmpty)
        {
            return Decide(name, 0, isDirectory);
        }

        int length = directory.Length + 1 + name.Length;
        Span<byte> path = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        directory.CopyTo(path);
        path[directory.Length] = (byte)'/';
        name.CopyTo(path[(directory.Length + 1)..]);
        return Decide(path[..length], directory.Length + 1, isDirectory);
    }

    private static bool IsRelative(
        PathPattern pattern, IReadOnlyList<ReadOnlyMemory<byte>> directories, IReadOnlyList<ReadOnlyMemory<byte>> others) =>
        pattern.IsAnchored && !directories.Concat(others).Any(path => IsBelow(pattern, path.Span));

    private static bool IsBelow(PathPattern pattern, ReadOnlySpan<byte> directory) =>
        directory.Trim((byte)'/') is { IsEmpty: false } relative && pattern.BeginsWith(relative);

    private static PathPattern AnchorAt(PathPattern pattern, ReadOnlySpan<byte> directory)
    {
        ReadOnlySpan<byte> relative = directory.Trim((byte)'/');
        return relative.IsEmpty ? pattern : pattern.Below(relative);
    }

    private bool? Decide(ReadOnlySpan<byte> path, int nameStart, bool isDirectory)
    {
        for (int i = _patterns.Length - 1; i >= 0; i--)
        {
            if (_patterns[i].IsMatch(path, nameStart, isDirectory))
            {
                return !_patterns[i].IsNegated;
            }
        }

        return null;
    }

    private PatternSet Add(IEnumerable<byte[]> lines)
    {
        List<PathPattern> patterns = [.. _patterns];
        List<ReadOnlyMemory<byte>> kept = [.. Lines];
        foreach (byte[] line in lines)
        {
            if (PathPattern.Parse(line) is PathPattern pattern)
            {
                patterns.Add(pattern);
                kept.Add(line);
            }
        }

        return new PatternSet([.. patterns], kept);
    }
}
