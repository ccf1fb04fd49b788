using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Objects;

/// <summary>
/// The last 64 bytes of a signed object: Ed25519 over
/// <c>lp("snapfs signature") ‖ lp(repository id) ‖ kind ‖ lp(bytes before the signature)</c>.
/// </summary>
internal static class ObjectSignature
{
    /// <summary>Bytes of a signature.</summary>
    internal const int Length = Signing.SignatureLength;

    /// <summary>Signs the bytes of an object.</summary>
    internal static byte[] Sign(
        ReadOnlySpan<byte> secretKey, in ObjectId repositoryId, byte kind, ReadOnlySpan<byte> bytes)
    {
        byte[] signature = new byte[Length];
        Signing.Sign(secretKey, Message(repositoryId, kind, bytes), signature);
        return signature;
    }

    /// <summary>Whether the owner of <paramref name="publicKey"/> signed the bytes as an object of this kind here.</summary>
    internal static bool Verify(
        ReadOnlySpan<byte> publicKey,
        in ObjectId repositoryId,
        byte kind,
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<byte> signature) =>
        Signing.Verify(publicKey, Message(repositoryId, kind, bytes), signature);

    private static ReadOnlySpan<byte> Message(in ObjectId repositoryId, byte kind, ReadOnlySpan<byte> bytes)
    {
        ByteWriter message = new(bytes.Length + 96);
        Prefixed(message, "snapfs signature"u8);
        Prefixed(message, repositoryId.Span);
        message.Byte(kind);
        Prefixed(message, bytes);
        return message.Written;
    }

    private static void Prefixed(ByteWriter writer, ReadOnlySpan<byte> value)
    {
        writer.UInt32((uint)value.Length);
        writer.Bytes(value);
    }
}
