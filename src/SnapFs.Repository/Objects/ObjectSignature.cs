using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Objects;

/// <summary>
/// Signatures of objects: Ed25519 over <c>lp("snapfs signature") ‖ lp(repository id) ‖ kind ‖ SHA-256(bytes)</c>
/// (<c>docs/format.md</c> section 2.4).
/// </summary>
internal static class ObjectSignature
{
    /// <summary>Bytes of a signature.</summary>
    internal const int Length = Signing.SignatureLength;

    /// <summary>Signs the bytes of an object.</summary>
    internal static byte[] Sign(
        ReadOnlySpan<byte> secretKey, in ObjectId repositoryId, FormatKind kind, ReadOnlySpan<byte> bytes)
    {
        byte[] signature = new byte[Length];
        Signing.Sign(secretKey, Message(repositoryId, kind, bytes), signature);
        return signature;
    }

    /// <summary>Whether the owner of <paramref name="publicKey"/> signed the bytes as an object of this kind here.</summary>
    internal static bool Verify(
        ReadOnlySpan<byte> publicKey,
        in ObjectId repositoryId,
        FormatKind kind,
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<byte> signature) =>
        Signing.Verify(publicKey, Message(repositoryId, kind, bytes), signature);

    private static ReadOnlySpan<byte> Message(in ObjectId repositoryId, FormatKind kind, ReadOnlySpan<byte> bytes)
    {
        ByteWriter message = new(128);
        Prefixed(message, "snapfs signature"u8);
        Prefixed(message, repositoryId.Span);
        message.Byte((byte)kind);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        message.Bytes(hash);
        return message.Written;
    }

    private static void Prefixed(ByteWriter writer, ReadOnlySpan<byte> value)
    {
        writer.UInt32((uint)value.Length);
        writer.Bytes(value);
    }
}
