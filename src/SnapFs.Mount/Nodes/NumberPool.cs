namespace SnapFs.Mount.Nodes;

/// <summary>Numbers of things that come and go. The lowest that is free is given first, so that what is indexed by them can become
/// smaller again. Not safe for concurrent use.</summary>
internal sealed class NumberPool
{
    private readonly uint _first;
    private PriorityQueue<uint, uint> _free = new();
    private uint _generation = Generations.OfMount();
    private uint _end;

    /// <param name="first">The lowest number.</param>
    internal NumberPool(uint first) => _first = _end = first;

    /// <summary>How many numbers there are, taken ones and free ones.</summary>
    internal uint Reach => _end - _first;

    /// <summary>Takes a number, and a generation that it has not had before.</summary>
    internal (uint Number, uint Generation) Take()
    {
        unchecked
        {
            _generation++;
        }

        return (_free.TryDequeue(out uint number, out _) ? number : _end++, _generation);
    }

    /// <summary>Gives a number back.</summary>
    internal void Give(uint number) => _free.Enqueue(number, number);

    /// <summary>Forgets the free numbers from one on; none of these is taken.</summary>
    internal void Trim(uint end)
    {
        _free = new PriorityQueue<uint, uint>(_free.UnorderedItems.Where(item => item.Element < end));
        _end = Math.Min(_end, Math.Max(end, _first));
    }
}
