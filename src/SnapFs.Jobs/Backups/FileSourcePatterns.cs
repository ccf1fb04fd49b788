using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Backups;

/// <summary>Exclude patterns, anchored at the paths that are backed up.</summary>
internal sealed class FileSourcePatterns
{
    /// <param name="given">The patterns as they were given.</param>
    /// <param name="sources">What is backed up.</param>
    public FileSourcePatterns(PatternSet given, IReadOnlyList<BackupSource> sources)
    {
        BackupSource[] directories = [.. given.IsEmpty ? [] : sources.Where(source => TypeOf(source.Path.Span) is null or 0 or NodeType.Directory)];
        Anchored = given.Below(
            [.. directories.Select(source => source.RecordedPath)],
            [.. given.IsEmpty ? [] : sources.Except(directories).Select(source => source.RecordedPath)]);
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

    /// <summary>A symlink is backed up as one. Null: nothing is there.</summary>
    private static NodeType? TypeOf(ReadOnlySpan<byte> path) =>
        FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(path)[0], out FileStat stat) is Libc.ENOENT or Libc.ENOTDIR ? null : stat.Type;
}
