using SnapFs.Posix.Files;

namespace SnapFs.Files.Scanning;

/// <summary>
/// Nodes of files with several names, so that a further name is not read again. An entry leaves with the last name
/// of its inode. Safe for concurrent use.
/// </summary>
internal sealed class LinkTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong Device, ulong Inode), Entry> _entries = [];

    /// <summary>The node that was written for another name of the same, unchanged inode.</summary>
    public byte[]? Find(in FileStat stat)
    {
        if (stat.LinkCount < 2)
        {
            return null;
        }

        lock (_lock)
        {
            (ulong Device, ulong Inode) key = (stat.Device, stat.Inode);
            if (!_entries.TryGetValue(key, out Entry? entry) || !entry.Stat.IsSameContent(in stat))
            {
                return null;
            }

            entry.NamesLeft--;
            if (entry.NamesLeft == 0)
            {
                _entries.Remove(key);
            }

            return entry.Node;
        }
    }

    /// <summary>Remembers the node of a first name.</summary>
    public void Add(in FileStat stat, ReadOnlySpan<byte> node)
    {
        if (stat.LinkCount < 2)
        {
            return;
        }

        lock (_lock)
        {
            _entries[(stat.Device, stat.Inode)] = new Entry(stat, node.ToArray(), stat.LinkCount - 1);
        }
    }

    private sealed class Entry(FileStat stat, byte[] node, uint namesLeft)
    {
        public FileStat Stat { get; } = stat;

        public byte[] Node { get; } = node;

        public uint NamesLeft { get; set; } = namesLeft;
    }
}
