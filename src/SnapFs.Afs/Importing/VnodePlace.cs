namespace SnapFs.Afs.Importing;

/// <summary>What is kept in memory of a vnode: 8 bytes.</summary>
internal readonly struct VnodePlace
{
    private const long SameBit = 1L << 62;

    private readonly long _value;

    private VnodePlace(long value) => _value = value;

    /// <summary>Where its node is in the scratch file.</summary>
    public long Offset => _value & ~SameBit;

    /// <summary>Whether its node is the one of the state before, be it listed as unchanged or given again.</summary>
    public bool IsSame => (_value & SameBit) != 0;

    /// <summary>A node of the state before.</summary>
    public static VnodePlace Same(long offset) => new(offset | SameBit);

    /// <summary>A node that the dump brought.</summary>
    public static VnodePlace New(long offset) => new(offset);
}
