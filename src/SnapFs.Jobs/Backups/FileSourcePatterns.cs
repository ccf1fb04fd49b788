using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Backups;

/// <summary>Exclude patterns, anchored at the paths that are backed up.</summary>
internal sealed class FileSourcePatterns
{
    /// <summary>Patterns of one kind that are named; a file of them that several jobs use has many that are not for this one.</summary>
    private const int MaxNamed = 3;

    private readonly PatternSet _given;
    private readonly BackupSource[] _directories;
    private readonly ReadOnlyMemory<byte>[] _recorded;
    private readonly ReadOnlyMemory<byte>[] _files;

    /// <param name="given">The patterns as they were given.</param>
    /// <param name="sources">What is backed up.</param>
    public FileSourcePatterns(PatternSet given, IReadOnlyList<BackupSource> sources)
    {
        _given = given;
        _directories = [.. given.IsEmpty ? [] : sources.Where(source => TypeOf(source.Path.Span) is null or 0 or NodeType.Directory)];
        _recorded = [.. _directories.Select(source => source.RecordedPath)];
        _files = [.. given.IsEmpty ? [] : sources.Except(_directories).Select(source => source.RecordedPath)];
        Anchored = given.Below(_recorded, _files);
    }

    /// <summary>The patterns of recorded paths.</summary>
    public PatternSet Anchored { get; }

    /// <summary>Whether a pattern leaves out a path that was named.</summary>
    public bool LeaveOut(BackupSource source)
    {
        ReadOnlySpan<byte> path = source.RecordedPath.Span;
        int slash = path.LastIndexOf((byte)'/');
        return path.Length > 1
            && Anchored.IsMatch(path[..slash], path[(slash + 1)..], TypeOf(source.Path.Span) == NodeType.Directory);
    }

    /// <summary>What to say of patterns that leave out nothing because they were meant from another directory on.</summary>
    public IEnumerable<string> Complaints()
    {
        // Relative to / is what everybody expects, and what a missing path has is not known.
        if (Array.Exists(_directories, source => source.RecordedPath.Length <= 1 || TypeOf(source.Path.Span) is null or 0))
        {
            yield break;
        }

        IReadOnlyList<ReadOnlyMemory<byte>> lines = _given.WithoutBeginning(
            _recorded,
            _files,
            name => Array.Exists(_directories, source => TypeOf(RawPath.Join(source.Path.Span, name)) is not null));
        string where = _recorded.Length == 1 ? SafeText.Of(_recorded[0].Span) : "any of them";
        foreach (ReadOnlyMemory<byte> line in lines.Take(MaxNamed))
        {
            yield return $"the pattern '{SafeText.Of(line.Span)}' leaves out nothing: a pattern with a slash in it begins with a PATH or "
                + $"is relative to each PATH, and what it begins with is not in {where}";
        }

        if (lines.Count > MaxNamed)
        {
            yield return $"{Units.Count(lines.Count - MaxNamed, "more pattern")} leave out nothing for the same reason";
        }
    }

    /// <summary>A symlink is backed up as one. Null: nothing is there.</summary>
    private static NodeType? TypeOf(ReadOnlySpan<byte> path) =>
        FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(path)[0], out FileStat stat) is Libc.ENOENT or Libc.ENOTDIR ? null : stat.Type;
}
