namespace SnapFs.Repository.Indexes;

/// <summary>
/// Tells which records of the tables that are merged were there before: 16 to 32 bytes a record outside the managed heap, whatever
/// its length. Not thread-safe.
/// </summary>
internal sealed class KnownRecords : IDisposable
{
    private readonly NativeTable<Slot> _slots = new();
    private readonly int _mask;

    /// <param name="count">Records at most.</param>
    internal KnownRecords(long count)
    {
        int slots = 16;
        while (slots < count * 2)
        {
            slots *= 2;
        }

        _slots.Add(slots).Clear();
        _mask = slots - 1;
    }

    /// <summary>Looks for an equal record, and adds this one if there is none.</summary>
    /// <param name="hash">Of what is compared.</param>
    /// <param name="place">Where the record lies.</param>
    /// <param name="isEqual">Compares with a record added before.</param>
    /// <param name="equal">The equal record.</param>
    internal bool TryFindOrAdd(ulong hash, in RecordPlace place, Func<RecordPlace, bool> isEqual, out RecordPlace equal)
    {
        Span<Slot> slots = _slots.Span;
        uint tag = (uint)(hash >> 32) | 1; // 0 marks an empty slot
        for (int i = (int)(hash & (uint)_mask); ; i = (i + 1) & _mask)
        {
            if (slots[i].Tag == 0)
            {
                slots[i] = new Slot(tag, place);
                equal = default;
                return false;
            }

            if (slots[i].Tag == tag && isEqual(slots[i].Place))
            {
                equal = slots[i].Place;
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private readonly record struct Slot(uint Tag, RecordPlace Place);
}

/// <summary>A record of one of the runs that are merged.</summary>
/// <param name="Run">Position of the run.</param>
/// <param name="Number">Number of the record.</param>
internal readonly record struct RecordPlace(uint Run, uint Number);
