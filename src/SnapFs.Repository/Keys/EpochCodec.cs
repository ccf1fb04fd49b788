using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Encodes epochs (<c>docs/format.md</c> section 3).</summary>
internal static class EpochCodec
{
    /// <summary>Encodes an epoch.</summary>
    /// <param name="number">Counts from 1.</param>
    /// <param name="epochSecret">The secret of this epoch.</param>
    /// <param name="previousSecret">The secret of the epoch before; empty for the first.</param>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="rootSecretKey">Signs.</param>
    internal static byte[] Encode(
        uint number,
        ReadOnlySpan<byte> epochSecret,
        ReadOnlySpan<byte> previousSecret,
        in ObjectId repositoryId,
        ReadOnlySpan<byte> rootSecretKey)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, repositoryId.Span);
        fields.Number(3, number);
        if (!previousSecret.IsEmpty)
        {
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            WrapKey(epochSecret, number, key);
            fields.Bytes(5, Sealing.Seal(key, [], previousSecret));
            CryptographicOperations.ZeroMemory(key);
        }

        return RootSigned.Write(FormatKind.Epoch, list, repositoryId, rootSecretKey);
    }

    /// <summary>Checks and decodes an epoch: its number and, sealed, the secret before it.</summary>
    internal static (uint Number, byte[]? WrappedPrevious) Decode(
        ReadOnlySpan<byte> content, string subject, in ObjectId repositoryId, ReadOnlySpan<byte> rootPublicKey)
    {
        FieldReader fields = new(RootSigned.Read(content, FormatKind.Epoch, subject, repositoryId, rootPublicKey));
        uint number = 0;
        byte[]? wrapped = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    break; // the signature covers the repository id a second time
                case 3:
                    number = ReadNumber(fields.Number());
                    break;
                case 5:
                    wrapped = fields.Fixed(Sealing.KeyLength + Sealing.Overhead).ToArray();
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return number == 0 ? throw RootSigned.Missing(3) : (number, wrapped);
    }

    /// <summary>Opens the secret of the epoch before; null if <paramref name="epochSecret"/> is not this epoch's.
    /// </summary>
    internal static byte[]? TryUnwrap(ReadOnlySpan<byte> epochSecret, uint number, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        WrapKey(epochSecret, number, key);
        bool opened = Sealing.TryOpen(key, [], wrapped, out byte[]? previous);
        CryptographicOperations.ZeroMemory(key);
        return opened ? previous : null;
    }

    /// <summary>An epoch number that was read: 1 to 2^32 - 1.</summary>
    internal static uint ReadNumber(ulong number) => number is >= 1 and <= uint.MaxValue
        ? (uint)number
        : throw new InvalidEncodingException($"{number} is no number of an epoch");

    private static void WrapKey(ReadOnlySpan<byte> epochSecret, uint number, Span<byte> key)
    {
        Span<byte> context = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(context, number);
        KeyDerivation.Derive(epochSecret, "epoch-wrap", context, key);
    }
}
