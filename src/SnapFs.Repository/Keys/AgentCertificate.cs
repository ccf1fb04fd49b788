using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>Says that a signer may write in a domain; signed by the root.</summary>
public sealed record AgentCertificate
{
    /// <summary>The first bytes of the hash of the key, as objects name their signer.</summary>
    public SignerId Signer => SignerId.Of(PublicKey.Span);

    /// <summary>The Ed25519 key, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>The domain it may write in, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> DomainId { get; init; }

    /// <summary>Whether snapshots of every host count, not only those of <see cref="Host"/>.</summary>
    public required bool AnyHost { get; init; }

    /// <summary>The host whose snapshots it may sign.</summary>
    public string Host { get; init; } = string.Empty;

    /// <summary>What a user calls this agent.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Whether a snapshot of a host that this signer signed counts.</summary>
    public bool MaySignFor(string host) => AnyHost || (Host.Length > 0 && Host == host);
}
