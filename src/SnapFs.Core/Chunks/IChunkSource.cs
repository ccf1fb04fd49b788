namespace SnapFs.Chunks;

/// <summary>The read side of a repository as the mount and restore see it. Safe for concurrent use.</summary>
public interface IChunkSource
{
    /// <summary>Finds a chunk in the index; touches memory only.</summary>
    /// <returns>False if no index segment names the chunk.</returns>
    bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location);

    /// <summary>Reads, decrypts and decompresses one frame on the calling thread.</summary>
    /// <param name="frame">A location from <see cref="TryLocate"/> of this same source.</param>
    /// <param name="plain">Exactly <see cref="FrameLocation.PlainLength"/> bytes.</param>
    /// <exception cref="DamagedException">The frame is missing, cut or forged; names the pack.</exception>
    void ReadFrame(in FrameLocation frame, Span<byte> plain);

    /// <summary>Whether <paramref name="plain"/> is the chunk that <paramref name="id"/> names.</summary>
    bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain);

    /// <summary>What a user can find a pack by, for messages: <c>packs/3f/3f9a…</c>.</summary>
    string NameOf(in FrameLocation frame);
}
