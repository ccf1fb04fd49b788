namespace SnapFs.Afs.Chains;

/// <summary>
/// Applies the records of a dump on the state before it: what is listed with fields is new, what is listed bare stays,
/// what is not listed is gone. The state before is never changed, so a dump that fails half way has no effect.
/// </summary>
/// <remarks>Records may come in any order; of a vnode that is listed twice the last record counts, as with
/// <c>vos restore</c>. Not thread-safe.</remarks>
/// <typeparam name="T">What is kept of a vnode.</typeparam>
/// <param name="before">The state that the dump goes on from; an empty one for a full dump.</param>
public sealed class VolumeStateBuilder<T>(VolumeState<T> before)
{
    private readonly List<uint> _keys = new(before.Count);
    private readonly List<uint> _uniqs = new(before.Count);
    private readonly List<T> _values = new(before.Count);
    private bool _isSorted = true;
    private int _nextBefore;

    /// <summary>A record with fields.</summary>
    public void Put(uint vnode, uint uniq, T value)
    {
        uint key = VnodeTable.ToKey(vnode);
        _isSorted = _isSorted && (_keys.Count == 0 || _keys[^1] < key);
        _keys.Add(key);
        _uniqs.Add(uniq);
        _values.Add(value);
    }

    /// <summary>A bare record.</summary>
    /// <returns>What was kept of the vnode.</returns>
    /// <exception cref="ChainException">The state before does not have it.</exception>
    public T Keep(uint vnode, uint uniq)
    {
        int index = before.IndexOf(vnode, _nextBefore);
        if (index < 0 || before.UniqAt(index) != uniq)
        {
            string held = index < 0 ? "" : $" (it holds {vnode}.{before.UniqAt(index)})";
            throw new ChainException(
                $"chain broken: vnode {vnode}.{uniq} is listed as unchanged but the chain does not hold it{held}");
        }

        _nextBefore = index + 1;
        Put(vnode, uniq, before.ValueAt(index));
        return before.ValueAt(index);
    }

    /// <summary>The state that the dump leads to. Call it once, after the last record.</summary>
    public VolumeState<T> Build()
    {
        VolumeState<T> state = _isSorted ? new([.. _keys], [.. _uniqs], [.. _values]) : Sort();
        Release(_keys);
        Release(_uniqs);
        Release(_values);
        return state;
    }

    /// <summary>Whoever made the builder may keep it for longer than the lists are of use.</summary>
    private static void Release<TItem>(List<TItem> items)
    {
        items.Clear();
        items.TrimExcess();
    }

    private VolumeState<T> Sort()
    {
        int[] order = new int[_keys.Count];
        ulong[] byKeyAndPlace = new ulong[_keys.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            byKeyAndPlace[i] = ((ulong)_keys[i] << 32) | (uint)i;
        }

        Array.Sort(byKeyAndPlace, order);
        int count = 0;
        for (int i = 0; i < order.Length; i++)
        {
            bool isLastOfItsVnode = i + 1 == order.Length || _keys[order[i]] != _keys[order[i + 1]];
            if (isLastOfItsVnode)
            {
                order[count++] = order[i];
            }
        }

        ReadOnlySpan<int> chosen = order.AsSpan(0, count);
        return new VolumeState<T>(Choose(_keys, chosen), Choose(_uniqs, chosen), Choose(_values, chosen));
    }

    private static TItem[] Choose<TItem>(List<TItem> items, ReadOnlySpan<int> order)
    {
        TItem[] chosen = new TItem[order.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = items[order[i]];
        }

        return chosen;
    }
}
