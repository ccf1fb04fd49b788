using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>The secret that the packs of one run and kind are encrypted under (<c>docs/format.md</c> section 5.1).</summary>
internal sealed class RunKey : IDisposable
{
    /// <summary>Bytes of the secret.</summary>
    internal const int Length = 32;

    /// <summary>Bytes of the commitment to it.</summary>
    internal const int CommitmentLength = 32;

    /// <summary>Bytes of the sealed form: the box and the commitment.</summary>
    internal const int SealedLength = Length + KemBox.Overhead + CommitmentLength;

    private readonly SecretBytes _secret;

    private RunKey(ReadOnlySpan<byte> secret, ChunkKind kind, uint epoch, byte[] sealedKey)
    {
        _secret = new SecretBytes(secret);
        Kind = kind;
        Epoch = epoch;
        Sealed = sealedKey;
    }

    /// <summary>What is encrypted under it.</summary>
    internal ChunkKind Kind { get; }

    /// <summary>The epoch whose public key it is sealed to.</summary>
    internal uint Epoch { get; }

    /// <summary>The sealed form.</summary>
    internal byte[] Sealed { get; }

    /// <summary>The secret.</summary>
    internal ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Draws a key and seals it.</summary>
    internal static RunKey Create(ChunkKind kind, uint epoch, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> context)
    {
        Span<byte> secret = stackalloc byte[Length];
        RandomNumberGenerator.Fill(secret);
        byte[] sealedKey = new byte[SealedLength];
        KemBox.Seal(publicKey, context, secret, sealedKey.AsSpan(0, SealedLength - CommitmentLength));
        Commit(secret, sealedKey.AsSpan(SealedLength - CommitmentLength));
        RunKey key = new(secret, kind, epoch, sealedKey);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <summary>Opens a sealed key.</summary>
    /// <param name="seed">Of the private key.</param>
    /// <param name="context">What it was sealed with.</param>
    /// <param name="sealedKey">The sealed form.</param>
    /// <param name="secret">Receives <see cref="Length"/> bytes.</param>
    /// <returns>False if it was sealed to another key, or the commitment is not to what the box holds: anyone can make a box.
    /// </returns>
    internal static bool TryOpen(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> context, ReadOnlySpan<byte> sealedKey, Span<byte> secret)
    {
        if (sealedKey.Length != SealedLength || !KemBox.TryOpen(seed, context, sealedKey[..^CommitmentLength], secret))
        {
            return false;
        }

        Span<byte> commitment = stackalloc byte[CommitmentLength];
        Commit(secret, commitment);
        return CryptographicOperations.FixedTimeEquals(commitment, sealedKey[^CommitmentLength..]);
    }

    /// <summary>Overwrites the secret.</summary>
    public void Dispose() => _secret.Dispose();

    private static void Commit(ReadOnlySpan<byte> secret, Span<byte> commitment) =>
        KeyDerivation.Derive(secret, "commit", [], commitment);
}
