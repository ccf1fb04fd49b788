using SnapFs.Mount.Kinds;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Stored;

/// <summary>
/// The directories that were entered. A slot lives while the kernel knows an entry of its directory, a slot below it
/// lives, or an operation is inside, and its number is used again afterwards. What many directories took, the table gives back once
/// few are left. Safe for concurrent use.
/// </summary>
internal sealed class SlotTable
{
    /// <summary>The places that there are always.</summary>
    private const int Least = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, DirectorySlot> _byNode = [];
    private readonly NumberPool _numbers = new(NodeIds.FirstDirectorySlot);
    private DirectorySlot?[] _slots = new DirectorySlot?[Least];

    /// <summary>Tells what the slot of a directory that has none must hold; null if the node is not an archived
    /// directory. Called without the lock of the table.</summary>
    internal delegate OpenedDirectory? Opener(ulong nodeId);

    /// <summary>Slots in use.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _byNode.Count;
            }
        }
    }

    /// <summary>The slot with a number; null if there is none.</summary>
    internal DirectorySlot? Find(uint number)
    {
        DirectorySlot?[] slots = Volatile.Read(ref _slots);
        return number < slots.Length ? Volatile.Read(ref slots[number]) : null;
    }

    /// <summary>Enters a directory; the caller leaves it again. Null if the node is none.</summary>
    internal DirectorySlot? Enter(ulong nodeId, Opener open)
    {
        lock (_lock)
        {
            if (_byNode.TryGetValue(nodeId, out DirectorySlot? found))
            {
                found.Users++;
                return found;
            }
        }

        if (open(nodeId) is not { } opened)
        {
            return null;
        }

        lock (_lock)
        {
            if (!_byNode.TryGetValue(nodeId, out DirectorySlot? slot))
            {
                slot = Add(nodeId, opened);
            }

            slot.Users++;
            return slot;
        }
    }

    /// <summary>Enters a directory unless it has left the table; then nothing is to be left.</summary>
    internal bool EnterKnown(DirectorySlot slot)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_slots[slot.Number], slot))
            {
                return false;
            }

            slot.Users++;
            return true;
        }
    }

    /// <summary>Leaves a directory.</summary>
    /// <param name="slot">The directory.</param>
    /// <param name="returned">Look-ups of its entries that the reply hands out.</param>
    internal void Leave(DirectorySlot slot, long returned)
    {
        lock (_lock)
        {
            slot.Users--;
            slot.References += returned;
            ReleaseUnused(slot);
        }
    }

    /// <summary>Counts one more look-up of an entry of a slot.</summary>
    internal void AddLookup(DirectorySlot slot)
    {
        lock (_lock)
        {
            slot.References++;
        }
    }

    /// <summary>Takes back look-ups of entries of a slot.</summary>
    internal void Forget(uint number, long count)
    {
        lock (_lock)
        {
            if (number < _slots.Length && _slots[number] is { } slot)
            {
                slot.References = Math.Max(0, slot.References - count);
                ReleaseUnused(slot);
            }
        }
    }

    private DirectorySlot Add(ulong nodeId, OpenedDirectory opened)
    {
        DirectorySlot? parent = opened.Parent;
        (uint number, uint generation) = _numbers.Take();
        if (number >= _slots.Length)
        {
            Resize(_slots.Length * 2);
        }

        DirectorySlot slot = new()
        {
            Number = number,
            Generation = generation,
            NodeId = nodeId,
            Parent = parent,
            Snapshot = opened.Snapshot,
            Leaves = opened.Leaves,
            Access = opened.Access,
            Inode = opened.Inode,
            InodeSeed = opened.InodeSeed,
        };
        if (parent is not null)
        {
            parent.References++;
        }

        Volatile.Write(ref _slots[number], slot);
        _byNode.Add(nodeId, slot);
        return slot;
    }

    private void ReleaseUnused(DirectorySlot? slot)
    {
        while (slot is { References: 0, Users: 0 } && ReferenceEquals(_slots[slot.Number], slot))
        {
            _slots[slot.Number] = null;
            _byNode.Remove(slot.NodeId);
            _numbers.Give(slot.Number);
            slot = slot.Parent;
            if (slot is not null)
            {
                slot.References--;
            }
        }

        if (_numbers.IsSparse && _slots.Length > Least)
        {
            Shrink();
        }
    }

    /// <summary>Makes the table as small as the highest number in use allows.</summary>
    private void Shrink()
    {
        int used = _slots.Length;
        while (used > 0 && _slots[used - 1] is null)
        {
            used--;
        }

        int length = _slots.Length;
        while (length > Least && length / 2 >= used)
        {
            length /= 2;
        }

        Resize(length);
        _numbers.Trim((uint)used);
        _byNode.TrimExcess();
    }

    private void Resize(int length)
    {
        DirectorySlot?[] slots = new DirectorySlot?[length];
        _slots.AsSpan(0, Math.Min(length, _slots.Length)).CopyTo(slots);
        Volatile.Write(ref _slots, slots);
    }
}

/// <summary>What a slot holds of its directory.</summary>
internal sealed record OpenedDirectory(
    DirectorySlot? Parent, SnapshotView Snapshot, LeafTable Leaves, NodeAccess? Access, ulong Inode, ulong InodeSeed);
