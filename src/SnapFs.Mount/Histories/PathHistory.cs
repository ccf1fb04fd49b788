using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>What is at one path in the snapshots of a set. Safe for concurrent use.</summary>
internal sealed class PathHistory
{
    /// <summary>Bytes of memory that one takes besides its entries, about.</summary>
    private const long Least = 256;

    private DirectoryHistory? _directory;
    private FileVersion[]? _versions;

    /// <param name="set">The snapshots.</param>
    /// <param name="changes">What is there, the oldest first.</param>
    internal PathHistory(SnapshotSet set, EntryChange[] changes)
    {
        Set = set;
        Changes = changes;
        List<int> witnesses = [];
        HashSet<UInt128> rights = [];
        foreach (EntryChange change in changes)
        {
            HasFiles |= change.IsFile;
            if (change.Directory is { } directory)
            {
                LastDirectory = change.At;
                if (rights.Add(directory.Rights))
                {
                    witnesses.Add(change.At);
                }
            }
        }

        Witnesses = [.. witnesses];
        foreach (UInt128 right in rights.Order())
        {
            Rights = unchecked((Rights ^ right) * ((UInt128)0x9E37_79B9_7F4A_7C15 << 64 | 0xF39C_C060_5CED_C835));
        }
    }

    /// <summary>The snapshots.</summary>
    internal SnapshotSet Set { get; }

    /// <summary>What is there, the oldest first.</summary>
    internal EntryChange[] Changes { get; }

    /// <summary>Whether it ever was no directory.</summary>
    internal bool HasFiles { get; }

    /// <summary>Whether it ever was a directory.</summary>
    internal bool HasDirectories => Witnesses.Length > 0;

    /// <summary>For each of the different rights that it had as a directory, a snapshot with them.</summary>
    internal int[] Witnesses { get; }

    /// <summary>A snapshot that has it as it was last as a directory.</summary>
    internal int LastDirectory { get; }

    /// <summary>Stands for all the rights that it had as a directory: equal ones are equal.</summary>
    internal UInt128 Rights { get; }

    /// <summary>What its entries were; null until somebody asked.</summary>
    internal DirectoryHistory? Directory
    {
        get => Volatile.Read(ref _directory);
        set => Volatile.Write(ref _directory, value);
    }

    /// <summary>What it was where it was no directory, each version once; null until somebody asked.</summary>
    internal FileVersion[]? Versions
    {
        get => Volatile.Read(ref _versions);
        set => Volatile.Write(ref _versions, value);
    }

    /// <summary>Bytes of memory that it takes, about.</summary>
    internal long Footprint =>
        Least + (Changes.Length * 120L) + ((Versions?.Length ?? 0) * 24L) + (Directory?.Footprint ?? 0);

    /// <summary>What it is in a snapshot as a directory; null if it is none there.</summary>
    internal DirectoryState? DirectoryAt(int snapshot)
    {
        int low = 0;
        int high = Changes.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Changes[middle].At <= snapshot)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high < 0 ? null : Changes[high].Directory;
    }
}

/// <summary>One version of a path that was no directory.</summary>
/// <param name="At">The first snapshot that holds it.</param>
/// <param name="Type">What it is.</param>
/// <param name="Inode">Its inode number in the mount.</param>
internal readonly record struct FileVersion(int At, NodeType Type, ulong Inode);
