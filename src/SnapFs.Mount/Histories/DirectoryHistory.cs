namespace SnapFs.Mount.Histories;

/// <summary>What the entries of a directory were from snapshot to snapshot. Safe for concurrent use once it is made.</summary>
/// <remarks>Names are numbered in the order in which the snapshots brought them, so that a number stays when newer snapshots come.
/// </remarks>
internal sealed class DirectoryHistory
{
    private readonly NameTable _names = new();
    private readonly List<Change> _changes = [];

    /// <summary>Of each name its first change and its last; -1 for none.</summary>
    private readonly List<(int First, int Last)> _ofName = [];

    /// <summary>Names that there ever were.</summary>
    internal int Count => _names.Count;

    /// <summary>Bytes of memory that it takes, about.</summary>
    internal long Footprint => _names.Footprint + (_changes.Capacity * 32L) + (_ofName.Capacity * 8L);

    /// <summary>The name with a number.</summary>
    internal ReadOnlySpan<byte> NameAt(int number) => _names[number];

    /// <summary>The number of a name; -1 if there never was such an entry.</summary>
    internal int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <summary>What an entry was, the oldest first.</summary>
    internal EntryChange[] ChangesOf(int number)
    {
        List<EntryChange> changes = [];
        for (int at = _ofName[number].First; at >= 0; at = _changes[at].Next)
        {
            changes.Add(_changes[at].Entry);
        }

        return [.. changes];
    }

    /// <summary>Notes what is at a name from some snapshot on.</summary>
    internal void Add(ReadOnlySpan<byte> name, in EntryChange change)
    {
        int number = _names.Enter(name);
        if (number == _ofName.Count)
        {
            _ofName.Add((-1, -1));
        }

        (int first, int last) = _ofName[number];
        if (last >= 0)
        {
            _changes[last] = _changes[last] with { Next = _changes.Count };
        }

        _ofName[number] = (first < 0 ? _changes.Count : first, _changes.Count);
        _changes.Add(new Change(change, -1));
    }

    /// <summary>Notes that from some snapshot on nothing is there.</summary>
    internal void AddEnd(int at, int before)
    {
        for (int number = 0; number < Count; number++)
        {
            if (_changes[_ofName[number].Last].Entry.Type is not null)
            {
                Add(_names[number], new EntryChange(at, before, null, null));
            }
        }
    }

    private readonly record struct Change(EntryChange Entry, int Next);
}
