using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>A numbered set of keys, which the root has started (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="Number">From 1.</param>
/// <param name="Authority">The Ed25519 key that signs what else is in <c>keys/</c>, 32 bytes.</param>
/// <param name="Contents">The objects it starts with, so that none of them can be withheld unnoticed.</param>
internal sealed record EpochObject(uint Number, byte[] Authority, IReadOnlyList<ObjectId> Contents)
{
    /// <summary>Encodes an epoch, signed by the root.</summary>
    internal byte[] Encode(in ObjectId repositoryId, DateTimeOffset created, Identity root)
    {
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, 0);
        fields.Number(5, Number);
        fields.Bytes(7, Authority);
        fields.Number(8, FormatTime.ToUnixSeconds(created));
        ByteWriter value = new();
        NameList.Write(value, Contents);
        fields.Bytes(10, value.Written);
        return CertifiedObject.Sign(FormatKind.Epoch, list, repositoryId, root.SigningKey);
    }

    /// <summary>Decodes the fields of an epoch.</summary>
    internal static EpochObject Decode(ReadOnlySpan<byte> list, string subject)
    {
        FieldSet fields = new(list, subject, 1, 2, 3, 5, 7, 8, 10);
        return new EpochObject(
            ReadNumber(fields.Number(5)),
            fields.Fixed(7, Signing.PublicKeyLength),
            fields.Has(10) ? NameList.Read(fields.Bytes(10)) : []);
    }

    /// <summary>An epoch number that was read: 1 to 2^32 - 1.</summary>
    internal static uint ReadNumber(ulong number) => number is >= 1 and <= uint.MaxValue
        ? (uint)number
        : throw new InvalidEncodingException($"{number} is no number of an epoch");
}
