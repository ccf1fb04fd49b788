using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Packs;

/// <summary>
/// What a reader must know of a pack: how to open it and which chunks lie where. Stands in the pack's header and, encrypted, in
/// its footer (<c>docs/format.md</c> section 5).
/// </summary>
internal sealed class PackDescription
{
    /// <summary>The domain the pack belongs to.</summary>
    internal required ShortId Domain { get; init; }

    /// <summary>The epoch whose keys seal it.</summary>
    internal required uint Epoch { get; init; }

    /// <summary>What its chunks hold.</summary>
    internal required ChunkKind Kind { get; init; }

    /// <summary>16 random bytes; part of every key derivation.</summary>
    internal required byte[] Salt { get; init; }

    /// <summary>Who wrote it.</summary>
    internal required ShortId Signer { get; init; }

    /// <summary>The number of the run of that signer.</summary>
    internal required ulong Sequence { get; init; }

    /// <summary>The run.</summary>
    internal required ShortId Run { get; init; }

    /// <summary>The sealed form of the key its frames are encrypted under.</summary>
    internal required byte[] RunKey { get; init; }

    /// <summary>The frames in order of their offsets.</summary>
    internal List<PackFrame> Frames { get; } = [];

    /// <summary>The chunks of all frames in order.</summary>
    internal List<PackChunk> Chunks { get; } = [];
}
