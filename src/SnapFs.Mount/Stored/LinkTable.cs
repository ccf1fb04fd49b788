using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>
/// Files with several names that the kernel knows at present: the names of one snapshot with equal device and inode
/// share a node id. What many files took, the table gives back once few are left. Safe for concurrent use.
/// </summary>
internal sealed class LinkTable
{
    /// <summary>Files for which there is always room.</summary>
    private const int Least = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<LinkKey, LinkedFile> _byKey = [];
    private readonly Dictionary<uint, LinkedFile> _byNumber = [];
    private readonly NumberPool _numbers = new(0);

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
                (uint number, uint generation) = _numbers.Take();
                file = new LinkedFile(key, NodeIds.Of(NodeIds.LinkSlot, number), generation, directory, ordinal);
                _byKey.Add(key, file);
                _byNumber.Add(number, file);
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
            return _byNumber.GetValueOrDefault(NumberOf(nodeId));
        }
    }

    internal void Forget(ulong nodeId, long count)
    {
        lock (_lock)
        {
            uint number = NumberOf(nodeId);
            if (!_byNumber.TryGetValue(number, out LinkedFile? file))
            {
                return;
            }

            file.Lookups = Math.Max(0, file.Lookups - count);
            if (file.Lookups == 0)
            {
                _byKey.Remove(file.Key);
                _byNumber.Remove(number);
                _numbers.Give(number);
                if (_numbers.IsSparse && _numbers.Reach > Least)
                {
                    Shrink();
                }
            }
        }
    }

    private void Shrink()
    {
        _byKey.TrimExcess();
        _byNumber.TrimExcess();
        _numbers.Trim(_byNumber.Count == 0 ? 0 : _byNumber.Keys.Max() + 1);
    }

    /// <summary>The number in a node's id; one that no file has for an id that no node has.</summary>
    private static uint NumberOf(ulong nodeId) => unchecked((uint)NodeIds.OrdinalOf(nodeId));
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
