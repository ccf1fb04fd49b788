namespace SnapFs.Afs.Chains;

/// <summary>The live vnodes of a volume at one time, with what the caller keeps of each. Immutable.</summary>
/// <remarks>8 bytes a vnode and the size of a <typeparamref name="T"/>.</remarks>
/// <typeparam name="T">What is kept of a vnode.</typeparam>
public sealed class VolumeState<T> : VnodeTable
{
    private readonly T[] _values;

    /// <summary>A volume without vnodes: what a full dump is applied on.</summary>
    public VolumeState()
        : this([], [], [])
    {
    }

    internal VolumeState(uint[] keys, uint[] uniqs, T[] values)
        : base(keys, uniqs) => _values = values;

    /// <summary>What is kept of a vnode.</summary>
    /// <param name="index">From 0 to <see cref="VnodeTable.Count"/> - 1.</param>
    public ref readonly T ValueAt(int index) => ref _values[index];
}
