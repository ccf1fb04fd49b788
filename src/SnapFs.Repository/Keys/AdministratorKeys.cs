using System.Security.Cryptography;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>
/// What only an administrator holds: the secrets of the newest epoch and the root's signing key. An agent's process
/// has no instance of this.
/// </summary>
public sealed class AdministratorKeys : IDisposable
{
    private readonly SecretBytes _rootKey;
    private readonly byte[] _rootPublicKey = new byte[Signing.PublicKeyLength];

    /// <param name="secrets">Disposed of with this instance.</param>
    internal AdministratorKeys(AdministratorSecrets secrets)
    {
        Secrets = secrets;
        Span<byte> key = stackalloc byte[Signing.SecretKeyLength];
        Signing.KeyPairFromSeed(secrets.RootSeed, _rootPublicKey, key);
        _rootKey = new SecretBytes(key);
        CryptographicOperations.ZeroMemory(key);
    }

    internal AdministratorSecrets Secrets { get; }

    internal ReadOnlySpan<byte> RootPublicKey => _rootPublicKey;

    internal ReadOnlySpan<byte> RootSecretKey => _rootKey.Span;

    /// <summary>The seed of the signing key that administrators use in a domain, 32 bytes.</summary>
    internal void DeriveSignerSeed(ReadOnlySpan<byte> domainId, Span<byte> seed) =>
        Secrets.Derive("signer", domainId, seed);

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        Secrets.Dispose();
        _rootKey.Dispose();
    }
}
