using SnapFs.Caches;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Kinds;

/// <summary>A file of the layout that is in no tree: its bytes are made while it is read. Immutable.</summary>
/// <param name="head">The snapshot it is made of.</param>
/// <param name="name">Tells it from other files that are made of the snapshot.</param>
/// <param name="length">Bytes, exactly, so that nothing is made up for a listing.</param>
public abstract class ComputedFile(SnapshotHead head, string name, long length)
{
    private readonly string _name = name;

    /// <summary>The snapshot it is made of.</summary>
    public SnapshotHead Head { get; } = head;

    /// <summary>Bytes, exactly.</summary>
    public long Length { get; } = length;

    /// <summary>Prepares to read it, which may take long.</summary>
    /// <exception cref="DamagedException">It cannot be made.</exception>
    public abstract ComputedContent Open(FrameCache frames, ITreePages pages);

    /// <summary>Whether another file has the same bytes.</summary>
    internal bool IsSame(ComputedFile? other) => other is not null && Head.Id == other.Head.Id && _name == other._name;
}

/// <summary>Random access to the bytes of a <see cref="ComputedFile"/>. Safe for concurrent use.</summary>
public abstract class ComputedContent
{
    /// <summary>Bytes of the file.</summary>
    public abstract long Length { get; }

    /// <summary>Bytes of memory that it takes between reads, about.</summary>
    public abstract long Footprint { get; }

    /// <summary>Hands out bytes, fewer than asked for only at the end.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="sink">Gets the pieces; on an exception it holds those before the failure.</param>
    /// <exception cref="DamagedException">A chunk or the tree is missing or damaged.</exception>
    public abstract void Read<TSink>(long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct;

    /// <summary>Asks for a range to be decoded in the background.</summary>
    public abstract void Prefetch(long offset, long length);
}
