using SnapFs.Caches;
using SnapFs.Mount.Stored;

namespace SnapFs.Mount.Reads;

/// <summary>A file that was read lately, and how it is being read.</summary>
internal sealed class OpenFile(ulong nodeId, object owner, ContentReader content, LeafTable directory, long ordinal)
{
    private readonly ReadAheadWindow _window = new();

    internal ulong NodeId { get; } = nodeId;

    /// <summary>The slot or link the node id belongs to: ids are used again, these objects are not.</summary>
    internal object Owner { get; } = owner;

    internal ContentReader Content { get; } = content;

    /// <summary>The directory it was found in, and its ordinal there.</summary>
    internal LeafTable Directory { get; } = directory;

    internal long Ordinal { get; } = ordinal;

    /// <summary>For eviction: when it was used last, in uses of the table.</summary>
    internal long LastUse { get; set; }

    /// <summary>Notes that a range is about to be read and asks for what follows if reads go forward.</summary>
    internal void ReadAhead(long offset, int length)
    {
        if (_window.TryAdvance(offset, length, Content.Size, out long from, out long count))
        {
            Content.Prefetch(from, count);
        }
    }
}
