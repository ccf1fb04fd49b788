using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>
/// Files with several names that the kernel knows at present: the names of one snapshot with equal device and inode
/// share a node id. Safe for concurrent use.
/// </summary>
internal sealed class LinkTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LinkKey, LinkedFile> _byKey = [];
    private readonly List<LinkedFile?> _byIndex = [];
    private readonly Stack<(int Index, uint Generation)> _free = new();
    private readonly uint _firstGeneration = Generations.OfMount();

    /// <summary>Files in the table.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>Returns the file that a name stands for, with one more look-up.</summary>
    internal LinkedFile AddLookup(in LinkKey key, LeafTable directory, long ordinal)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out LinkedFile? file))
            {
                bool reused = _free.TryPop(out (int Index, uint Generation) free);
                int index = reused ? free.Index : _byIndex.Count;
                uint generation = reused ? free.Generation : _firstGeneration;
                file = new LinkedFile(key, NodeIds.Of(NodeIds.LinkSlot, index), generation, directory, ordinal);
                _byKey.Add(key, file);
                if (reused)
                {
                    _byIndex[index] = file;
                }
                else
                {
                    _byIndex.Add(file);
                }
            }

            file.Lookups++;
            return file;
        }
    }

    /// <summary>Counts one more look-up of a file that is in the table.</summary>
    internal void AddLookup(ulong nodeId)
    {
        lock (_lock)
        {
            if (Find(nodeId) is { } file)
            {
                file.Lookups++;
            }
        }
    }

    internal LinkedFile? Find(ulong nodeId)
    {
        lock (_lock)
        {
            long index = NodeIds.OrdinalOf(nodeId);
            return index >= 0 && index < _byIndex.Count ? _byIndex[(int)index] : null;
        }
    }

    internal void Forget(ulong nodeId, long count)
    {
        lock (_lock)
        {
            int index = (int)Math.Min(NodeIds.OrdinalOf(nodeId), int.MaxValue);
            if (index < 0 || index >= _byIndex.Count || _byIndex[index] is not { } file)
            {
                return;
            }

            file.Lookups = Math.Max(0, file.Lookups - count);
            if (file.Lookups == 0)
            {
                _byKey.Remove(file.Key);
                _byIndex[index] = null;
                _free.Push((index, unchecked(file.Generation + 1)));
            }
        }
    }
}

/// <summary>What the names of one file have in common. Size and time of change belong to it because a system may give an
/// inode number to another file while it is backed up, and readers of one must not get the other; who may use
/// it, if its directory says, because two directories may say different things of one file.</summary>
internal readonly record struct LinkKey(
    SnapshotView Snapshot, ulong Device, ulong Inode, long Size, Timestamp Changed, NodeAccess? Access);

/// <summary>A file with several names, and the place of one of them, from which it is read.</summary>
internal sealed class LinkedFile(LinkKey key, ulong nodeId, uint generation, LeafTable directory, long ordinal)
{
    internal LinkKey Key { get; } = key;

    internal ulong NodeId { get; } = nodeId;

    internal uint Generation { get; } = generation;

    internal LeafTable Directory { get; } = directory;

    internal long Ordinal { get; } = ordinal;

    /// <summary>Guarded by the table.</summary>
    internal long Lookups { get; set; }
}
