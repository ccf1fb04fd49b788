namespace SnapFs.Chunks;

/// <summary>The read side of a repository as the mount and restore see it. Safe for concurrent use.</summary>
public interface IChunkSource
{
    /// <summary>Finds a chunk in the index; touches memory only.</summary>
    /// <returns>False if no index segment names the chunk.</returns>
    bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location);

    /// <summary>Finds another place of a chunk, after none of those that were tried could be read or held it. Looks in
    /// the storage for what is new before it gives up.</summary>
    /// <param name="kind">What the chunk holds.</param>
    /// <param name="id">The chunk.</param>
    /// <param name="tried">What failed, the last one last; empty if <see cref="TryLocate"/> found nothing.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    /// <param name="location">Where to try next.</param>
    /// <returns>False if there is no other place: a source that keeps each chunk once has none.</returns>
    bool TryLocateElsewhere(
        ChunkKind kind,
        in ChunkId id,
        IReadOnlyList<ChunkLocation> tried,
        CancellationToken cancellationToken,
        out ChunkLocation location)
    {
        location = default;
        return false;
    }

    /// <summary>The error for a chunk that <see cref="TryLocate"/> does not find.</summary>
    SnapFsException Missing(ChunkKind kind, in ChunkId id) => new DamagedException(
        $"chunk {id}", $"no index segment lists this {(kind == ChunkKind.Tree ? "tree" : "data")} chunk");

    /// <summary>Reads, decrypts and decompresses one frame on the calling thread.</summary>
    /// <param name="frame">A location from <see cref="TryLocate"/> of this same source.</param>
    /// <param name="plain">Exactly <see cref="FrameLocation.PlainLength"/> bytes; not touched any more once it returns.</param>
    /// <param name="cancellationToken">Gives up, also on a storage that does not answer.</param>
    /// <exception cref="DamagedException">The frame is missing, cut or forged; names the pack.</exception>
    /// <exception cref="SnapFsException">The storage cannot be read.</exception>
    void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken);

    /// <summary>Whether <paramref name="plain"/> is the chunk that <paramref name="id"/> names.</summary>
    bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain);

    /// <summary>What a user can find a pack by, for messages: <c>packs/3f/3f9a…</c>.</summary>
    string NameOf(in FrameLocation frame);
}
