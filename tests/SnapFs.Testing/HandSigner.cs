using System.Buffers.Text;
using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Testing;

/// <summary>Signs objects by the document with what a key file holds, as who has that key but another program could.</summary>
public sealed class HandSigner
{
    private readonly byte[] _repositoryId;
    private readonly byte[] _key = new byte[Signing.SecretKeyLength];

    /// <param name="keyFile">The content of a key file.</param>
    public HandSigner(string keyFile)
    {
        ArgumentNullException.ThrowIfNull(keyFile);
        byte[] payload = Base64Url.DecodeFromChars(keyFile.Trim().Split(':')[2]);
        _repositoryId = payload[..ObjectId.Length];
        byte[] seed = new byte[Signing.SeedLength];
        KeyDerivation.Derive(payload.AsSpan(ObjectId.Length, seed.Length), "signer", [], seed);
        Signing.KeyPairFromSeed(seed, new byte[Signing.PublicKeyLength], _key);
    }

    /// <summary>Signs the bytes of an object of a kind.</summary>
    /// <param name="kind">Its number in the document.</param>
    /// <param name="bytes">What is signed.</param>
    /// <param name="signature">Receives the signature, 64 bytes.</param>
    public void Sign(byte kind, ReadOnlySpan<byte> bytes, Span<byte> signature) => Signing.Sign(
        _key,
        [16, 0, 0, 0, .. "snapfs signature"u8, ObjectId.Length, 0, 0, 0, .. _repositoryId, kind, .. SHA256.HashData(bytes)],
        signature);
}
