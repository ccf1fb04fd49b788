using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Writing;

/// <summary>
/// The chunks put in this run: 16 bytes each, and 5 to 11 for finding them. Outside the managed heap, which would keep about as
/// much garbage beside a table that lives as long as the run. Safe for concurrent use.
/// </summary>
internal sealed class ChunkIdSet : IDisposable
{
    private readonly Part[] _parts = new Part[16]; // so that threads seldom meet

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
        Part part = PartOf(in id);
        lock (part)
        {
            return part.TryAdd(CutId.Of(in id));
        }
    }

    /// <summary>Whether an id was added.</summary>
    internal bool Contains(in ChunkId id)
    {
        Part part = PartOf(in id);
        lock (part)
        {
            return part.Contains(CutId.Of(in id));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_parts, part => part.Dispose());

    private Part PartOf(in ChunkId id) => _parts[id.Span[0] % _parts.Length];

    /// <summary>The ids in the order in which they came, and an open-addressing table of their positions.</summary>
    private sealed class Part : IDisposable
    {
        private const int FirstSlots = 16;

        private readonly NativeTable<CutId> _ids = new();
        private NativeTable<uint> _slots = Slots(FirstSlots);

        internal bool Contains(in CutId id) => _slots.Span[Slot(in id)] != 0;

        internal bool TryAdd(in CutId id)
        {
            int slot = Slot(in id);
            if (_slots.Span[slot] != 0)
            {
                return false;
            }

            _ids.Add(1)[0] = id;
            _slots.Span[slot] = (uint)_ids.Count;
            if (_ids.Count * 4 > _slots.Count * 3)
            {
                Grow();
            }

            return true;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _ids.Dispose();
            _slots.Dispose();
        }

        /// <summary>Positions count from 1: 0 marks an empty slot.</summary>
        private static NativeTable<uint> Slots(long count)
        {
            NativeTable<uint> slots = new();
            slots.Add((int)count).Clear();
            return slots;
        }

        private int Slot(in CutId id)
        {
            Span<uint> slots = _slots.Span;
            Span<CutId> ids = _ids.Span;
            int slot = First(in id, slots.Length);
            while (slots[slot] != 0 && !ids[(int)slots[slot] - 1].Span.SequenceEqual(id.Span))
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            return slot;
        }

        private static int First(in CutId id, int slots) => MemoryMarshal.Read<int>(id.Span[4..]) & (slots - 1);

        private void Grow()
        {
            NativeTable<uint> larger = Slots(_slots.Count * 2);
            Span<uint> slots = larger.Span;
            uint position = 0;
            foreach (ref readonly CutId id in _ids.Span)
            {
                int slot = First(in id, slots.Length);
                while (slots[slot] != 0)
                {
                    slot = (slot + 1) & (slots.Length - 1);
                }

                slots[slot] = ++position;
            }

            _slots.Dispose();
            _slots = larger;
        }
    }
}
