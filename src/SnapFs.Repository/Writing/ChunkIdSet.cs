using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Writing;

/// <summary>
/// The chunks put in this run: 16 bytes each in flat tables, in 256 parts so that growing one never doubles the whole
/// and threads seldom meet. Safe for concurrent use.
/// </summary>
internal sealed class ChunkIdSet
{
    private readonly Part[] _parts = new Part[256];

    internal ChunkIdSet()
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new Part();
        }
    }

    /// <summary>Adds an id.</summary>
    /// <returns>False if it was there.</returns>
    internal bool TryAdd(in ChunkId id)
    {
        Part part = _parts[id.Span[0]];
        lock (part)
        {
            return part.TryAdd(CutId.Of(in id));
        }
    }

    /// <summary>Whether an id was added.</summary>
    internal bool Contains(in ChunkId id)
    {
        Part part = _parts[id.Span[0]];
        lock (part)
        {
            return part.Contains(CutId.Of(in id));
        }
    }

    /// <summary>An open-addressing table. The all-zero id, one in 2^128, marks an empty slot.</summary>
    private sealed class Part
    {
        private CutId[] _slots = new CutId[16];
        private int _count;

        internal bool Contains(in CutId id) => _slots[Slot(_slots, in id)].Span.SequenceEqual(id.Span);

        internal bool TryAdd(in CutId id)
        {
            int slot = Slot(_slots, in id);
            if (_slots[slot].Span.SequenceEqual(id.Span))
            {
                return false;
            }

            _slots[slot] = id;
            if (++_count * 4 > _slots.Length * 3)
            {
                Grow();
            }

            return true;
        }

        private static int Slot(CutId[] slots, in CutId id)
        {
            int mask = slots.Length - 1;
            int slot = MemoryMarshal.Read<int>(id.Span[4..]) & mask;
            while (slots[slot].Span.ContainsAnyExcept((byte)0) && !slots[slot].Span.SequenceEqual(id.Span))
            {
                slot = (slot + 1) & mask;
            }

            return slot;
        }

        private void Grow()
        {
            CutId[] larger = new CutId[_slots.Length * 2];
            foreach (ref readonly CutId id in _slots.AsSpan())
            {
                if (id.Span.ContainsAnyExcept((byte)0))
                {
                    larger[Slot(larger, in id)] = id;
                }
            }

            _slots = larger;
        }
    }
}
