namespace SnapFs.Repository.Indexes;

/// <summary>
/// What the numbers of records become when runs are merged: as tables are put one after the other, that is one piece a run, and two
/// more for each place from which a record is left out because it is there already. Not thread-safe while it grows.
/// </summary>
internal sealed class NumberMap
{
    private readonly List<Piece> _pieces = [];
    private uint _count;

    /// <summary>The pieces in order.</summary>
    internal IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>The new number of a record.</summary>
    /// <exception cref="RunFileException">The table has no such record.</exception>
    internal uint this[uint number]
    {
        get
        {
            if (number >= _count)
            {
                throw new RunFileException(null);
            }

            int low = 0;
            int high = _pieces.Count - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                if (_pieces[middle].Start <= number)
                {
                    low = middle;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return _pieces[low].Target + (number - _pieces[low].Start);
        }
    }

    /// <summary>Says what becomes of the next records.</summary>
    /// <param name="count">How many.</param>
    /// <param name="target">The new number of the first.</param>
    /// <param name="isKept">Whether they are written; otherwise equal ones are there.</param>
    internal void Add(uint count, uint target, bool isKept)
    {
        if (count == 0)
        {
            return;
        }

        Piece last = _pieces is [.., Piece piece] ? piece : default;
        if (last.Count == 0 || last.IsKept != isKept || last.Target + last.Count != target)
        {
            _pieces.Add(new Piece(_count, count, target, isKept));
        }
        else
        {
            _pieces[^1] = last with { Count = last.Count + count };
        }

        _count += count;
    }

    /// <summary>Some records in a row.</summary>
    /// <param name="Start">The number of the first.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Target">Its new number.</param>
    /// <param name="IsKept">Whether they are written.</param>
    internal readonly record struct Piece(uint Start, uint Count, uint Target, bool IsKept);
}
