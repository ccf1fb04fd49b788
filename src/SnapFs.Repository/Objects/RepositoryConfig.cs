using SnapFs.Chunks;

namespace SnapFs.Repository.Objects;

/// <summary>The parameters every writer and reader of a repository shares; never changed after <c>init</c>.</summary>
public sealed record RepositoryConfig
{
    /// <summary>When the repository was made, by the clock of that machine.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The Ed25519 key of the root, which signs epochs, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> RootPublicKey { get; init; }

    /// <summary>The X-Wing key of the root, which secrets are granted to, 1216 bytes.</summary>
    public required ReadOnlyMemory<byte> RootRecipientKey { get; init; }

    /// <summary>Sizes of data chunks.</summary>
    public required ChunkLimits Chunks { get; init; }

    /// <summary>How small chunks share frames.</summary>
    public required GroupLimits Groups { get; init; }

    /// <summary>The level of zstd, -7 to 19.</summary>
    public required int CompressionLevel { get; init; }

    /// <summary>A file of at most this many bytes stands in its tree entry.</summary>
    public required int InlineLimit { get; init; }

    /// <summary>32 random bytes, so that no two repositories have one id.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }
}
