using SnapFs.Files.Backups;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Importing;

/// <summary>Where what was restored is recorded.</summary>
/// <param name="Sources">What is read, and as what.</param>
/// <param name="Paths">The paths that the snapshot says were backed up.</param>
/// <param name="IsWhole">Whether all is read as it lies, so that each directory above the paths is one of those listed.</param>
internal sealed record RecordedPlaces(
    IReadOnlyList<BackupSource> Sources, IReadOnlyList<ReadOnlyMemory<byte>> Paths, bool IsWhole)
{
    /// <summary>Finds the paths that were named in what was restored. A program that was given relative paths keeps what it names by those,
    /// and knows the absolute ones beside it.</summary>
    /// <param name="tree">Where it was restored.</param>
    /// <param name="named">The absolute paths that were named; empty if they are not known.</param>
    /// <param name="roots">The topmost paths of what was restored.</param>
    public static RecordedPlaces Find(
        byte[] tree, IReadOnlyList<ReadOnlyMemory<byte>> named, IReadOnlyList<byte[]> roots)
    {
        List<byte[]> there = [.. named.Select(path => path.ToArray()).Where(path => Exists(tree, path))];
        if (there.Count > 0 || named.Count == 0)
        {
            return Whole(tree, [.. there, .. roots.Where(root => !there.Exists(path => Touch(root, path)))]);
        }

        List<(byte[] Recorded, byte[] Found)> moved =
        [
            .. named.Select(path => (path.ToArray(), EndThatExists(tree, path.ToArray())))
                .Where(pair => pair.Item2.Length > 0),
        ];
        if (moved.Count > 0 && roots.All(root => moved.Exists(pair => Touch(root, pair.Found))))
        {
            return new RecordedPlaces(
                [.. moved.Select(pair => new BackupSource((byte[])[.. tree, .. pair.Found], pair.Recorded))],
                [.. moved.Select(pair => (ReadOnlyMemory<byte>)pair.Recorded)],
                IsWhole: false);
        }

        return named.Count == 1
            ? new RecordedPlaces([new BackupSource(tree, named[0])], named, IsWhole: false)
            : Whole(tree, roots);
    }

    private static RecordedPlaces Whole(byte[] tree, IReadOnlyList<byte[]> paths)
    {
        bool fits = paths.All(path => path.Length <= SnapshotLimits.MaxRecordedPath && Exists(tree, path))
            && paths.Sum(path => path.Length + 3L) <= SnapshotLimits.MaxPathBytes;
        byte[] root = "/"u8.ToArray();
        return new RecordedPlaces(
            [new BackupSource(tree, root)],
            [.. (fits ? paths : [root]).Select(path => (ReadOnlyMemory<byte>)path)],
            IsWhole: true);
    }

    /// <summary>Whether one of two paths is the other or above it.</summary>
    private static bool Touch(byte[] left, byte[] right) => RecordedPath.IsWithin(left, right) || RecordedPath.IsWithin(right, left);

    /// <summary>The longest end of a path that is there; empty if none is.</summary>
    private static byte[] EndThatExists(byte[] tree, byte[] path)
    {
        while (path.Length > 0 && !Exists(tree, path))
        {
            int slash = path.AsSpan(1).IndexOf((byte)'/');
            path = slash < 0 ? [] : path[(slash + 1)..];
        }

        return path;
    }

    /// <summary>Whether a path is there without a symlink on the way, which may lead out of the tree.</summary>
    private static bool Exists(byte[] tree, byte[] path)
    {
        byte[] place = tree;
        FileStat stat = new() { RawMode = Libc.S_IFDIR };
        foreach (byte[] name in RawPath.Components(path))
        {
            place = RawPath.Join(place, name);
            if (stat.Type != NodeType.Directory || FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(place)[0], out stat) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
