using System.Numerics;

namespace SnapFs.Afs.Chains;

/// <summary>The numbers and uniquifiers of the live vnodes of a volume, in the order in which <c>vos</c> dumps them: the odd
/// ones ascending, then the even ones. Immutable.</summary>
public abstract class VnodeTable
{
    private readonly uint[] _keys;
    private readonly uint[] _uniqs;

    private protected VnodeTable(uint[] keys, uint[] uniqs)
    {
        _keys = keys;
        _uniqs = uniqs;
    }

    /// <summary>Number of live vnodes.</summary>
    public int Count => _keys.Length;

    /// <summary>The number of a vnode.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public uint VnodeAt(int index) => ToVnode(_keys[index]);

    /// <summary>The uniquifier of a vnode.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public uint UniqAt(int index) => _uniqs[index];

    /// <summary>Whether a vnode is a directory, which its number tells.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public bool IsDirectoryAt(int index) => VnodeAt(index) % 2 == 1;

    /// <summary>The index of a vnode, or -1 if none has the number.</summary>
    public int IndexOf(uint vnode)
    {
        int index = Array.BinarySearch(_keys, ToKey(vnode));
        return index >= 0 ? index : -1;
    }

    /// <summary>As <see cref="IndexOf(uint)"/>, faster if the vnode is at <paramref name="guess"/>.</summary>
    internal int IndexOf(uint vnode, int guess) =>
        guess < _keys.Length && _keys[guess] == ToKey(vnode) ? guess : IndexOf(vnode);

    /// <summary>A number that sorts as vnodes do: the lowest bit, inverted, becomes the highest.</summary>
    internal static uint ToKey(uint vnode) => BitOperations.RotateRight(vnode ^ 1, 1);

    private static uint ToVnode(uint key) => BitOperations.RotateLeft(key, 1) ^ 1;
}
