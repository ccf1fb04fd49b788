namespace SnapFs.Chunks;

/// <summary>
/// Where a frame lies: a run of chunks that were compressed and encrypted together, the smallest piece of a pack
/// that can be read.
/// </summary>
/// <param name="Pack">Number of the pack in the table of the <see cref="IChunkSource"/> that gave this out;
/// means nothing elsewhere.</param>
/// <param name="Offset">First stored byte within the pack.</param>
/// <param name="StoredLength">Stored bytes.</param>
/// <param name="PlainLength">Bytes once decrypted and decompressed.</param>
/// <param name="Codec">How it is compressed: <see cref="FrameCodec"/>.</param>
public readonly record struct FrameLocation(
    uint Pack, uint Offset, uint StoredLength, uint PlainLength, FrameCodec Codec);
