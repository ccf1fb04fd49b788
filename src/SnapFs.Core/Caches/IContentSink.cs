namespace SnapFs.Caches;

/// <summary>Takes the pieces of a range of a file, in order. Implemented by structs so that calls are direct.</summary>
public interface IContentSink
{
    /// <summary>Bytes inside a chunk.</summary>
    /// <param name="lease">Passes to the sink, which disposes it.</param>
    /// <param name="offset">First byte within the chunk.</param>
    /// <param name="length">Bytes.</param>
    void Chunk(ChunkLease lease, int offset, int length);

    /// <summary>Bytes that stand in a node; valid only during the call.</summary>
    void Bytes(ReadOnlySpan<byte> bytes);

    /// <summary>A hole.</summary>
    void Zeros(int length);
}
