using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>The keys of one person or program, all made from one secret: it signs with one and is granted secrets by the
/// other (<c>docs/format.md</c> section 2.4).</summary>
public sealed class Identity : IDisposable
{
    /// <summary>Bytes of the secret.</summary>
    internal const int SecretLength = 32;

    private readonly SecretBytes _secret;
    private readonly SecretBytes _signingKey;
    private readonly SecretBytes _recipientSeed;
    private readonly byte[] _publicKey = new byte[Signing.PublicKeyLength];
    private readonly byte[] _recipientKey = new byte[XWing.PublicKeyLength];

    /// <param name="secret"><see cref="SecretLength"/> bytes; copied, the caller still zeroes them.</param>
    internal Identity(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength, nameof(secret));
        _secret = new SecretBytes(secret);
        Span<byte> seed = stackalloc byte[Signing.SeedLength];
        Span<byte> signingKey = stackalloc byte[Signing.SecretKeyLength];
        KeyDerivation.Derive(secret, "signer", [], seed);
        Signing.KeyPairFromSeed(seed, _publicKey, signingKey);
        _signingKey = new SecretBytes(signingKey);
        CryptographicOperations.ZeroMemory(signingKey);
        KeyDerivation.Derive(secret, "recipient", [], seed);
        XWing.PublicKeyFromSeed(seed, _recipientKey);
        _recipientSeed = new SecretBytes(seed);
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>Known by the key it signs with.</summary>
    public ShortId Signer => ShortId.OfKey(_publicKey);

    /// <summary>Known by the key that secrets are granted to.</summary>
    public ShortId Recipient => ShortId.OfKey(_recipientKey);

    internal ReadOnlySpan<byte> Secret => _secret.Span;

    internal ReadOnlySpan<byte> PublicKey => _publicKey;

    internal ReadOnlySpan<byte> RecipientKey => _recipientKey;

    internal ReadOnlySpan<byte> SigningKey => _signingKey.Span;

    /// <summary>Draws a new secret.</summary>
    internal static Identity CreateRandom()
    {
        Span<byte> secret = stackalloc byte[SecretLength];
        RandomNumberGenerator.Fill(secret);
        Identity identity = new(secret);
        CryptographicOperations.ZeroMemory(secret);
        return identity;
    }

    /// <summary>Signs the bytes of an object.</summary>
    internal byte[] Sign(in ObjectId repositoryId, FormatKind kind, ReadOnlySpan<byte> bytes) =>
        ObjectSignature.Sign(_signingKey.Span, repositoryId, kind, bytes);

    /// <summary>Opens a box that was made for this identity.</summary>
    /// <returns>False if it was made for another, or altered.</returns>
    internal bool TryOpen(ReadOnlySpan<byte> context, ReadOnlySpan<byte> box, Span<byte> plain) =>
        KemBox.TryOpen(_recipientSeed.Span, context, box, plain);

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _secret.Dispose();
        _signingKey.Dispose();
        _recipientSeed.Dispose();
    }
}
