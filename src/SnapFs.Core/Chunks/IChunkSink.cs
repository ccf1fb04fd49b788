namespace SnapFs.Chunks;

/// <summary>Where a backup puts chunks. Safe for concurrent use.</summary>
public interface IChunkSink
{
    /// <summary>
    /// Stores a chunk unless the repository has it. Returns once the bytes are copied or compressed, not once they
    /// are durable; blocks while too many packs wait for the storage. Small chunks put one after the other by one
    /// thread share a frame, so put neighbours in walking order.
    /// </summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="plain">1 byte up to the repository's maximum chunk size (tree pages:
    /// <see cref="Trees.TreeLimits.MaxPage"/>); not kept.</param>
    /// <returns>The id, to be recorded in a tree.</returns>
    /// <exception cref="EncodingLimitException">A tree page is longer than that; nothing was stored.</exception>
    /// <exception cref="SnapFsException">An earlier pack could not be stored.</exception>
    ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain);

    /// <summary>Whether everything that earlier snapshots refer to may be taken for stored. If not, each chunk is to be
    /// asked for with <see cref="Contains"/>: packs are lost, or the index was not whole.</summary>
    bool HasAllPacks { get; }

    /// <summary>Whether a chunk is stored in a pack that may be relied on in this run, or was put in it.</summary>
    bool Contains(ChunkKind kind, in ChunkId id);
}
