namespace SnapFs.Mount.Nodes;

/// <summary>Numbers of things that come and go. The lowest that is free is given first, so that what is indexed by them can become
/// smaller again. Not safe for concurrent use.</summary>
internal sealed class NumberPool
{
    private readonly uint _first;
    private PriorityQueue<uint, uint> _free = new();
    private uint _generation = Generations.OfMount();
    private uint _end;
    private uint _few;

    /// <param name="first">The lowest number.</param>
    internal NumberPool(uint first) => _first = _end = first;

    /// <summary>How many numbers there are, taken ones and free ones.</summary>
    internal uint Reach => _end - _first;

    /// <summary>Whether no more than an eighth is left of what was taken at most since the last <see cref="Trim"/>: the time to look
    /// whether what is indexed can be smaller. At least seven times as many numbers as are left have been given back, so that
    /// looking costs next to nothing for each.</summary>
    internal bool IsSparse => Taken <= _few;

    private uint Taken => Reach - (uint)_free.Count;

    /// <summary>Takes a number, and a generation that it has not had before.</summary>
    internal (uint Number, uint Generation) Take()
    {
        unchecked
        {
            _generation++;
        }

        uint number = _free.TryDequeue(out uint free, out _) ? free : _end++;
        _few = Math.Max(_few, FewOf(Taken));
        return (number, _generation);
    }

    /// <summary>Gives a number back.</summary>
    internal void Give(uint number) => _free.Enqueue(number, number);

    /// <summary>Forgets the free numbers from one on; none of these is taken.</summary>
    internal void Trim(uint end)
    {
        _free = new PriorityQueue<uint, uint>(_free.UnorderedItems.Where(item => item.Element < end));
        _end = Math.Min(_end, Math.Max(end, _first));
        _few = FewOf(Taken);
    }

    private static uint FewOf(uint taken) => taken / 8;
}
