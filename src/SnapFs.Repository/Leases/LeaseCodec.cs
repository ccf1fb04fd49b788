using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Leases;

/// <summary>Encodes leases (<c>docs/format.md</c> section 9).</summary>
internal static class LeaseCodec
{
    /// <summary>The longest lease a reader accepts, bytes.</summary>
    internal const int MaxLength = 4096;

    private const int MaxSequence = 999_999_999;

    internal static byte[] Encode(IDomainKeys keys, Lease lease)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, keys.RepositoryId.Span);
        fields.Bytes(3, lease.RunId.Span);
        fields.Number(5, (ulong)lease.Sequence);
        Span<byte> signer = stackalloc byte[SignerId.Length];
        lease.Signer.WriteTo(signer);
        fields.Bytes(7, signer);
        fields.Number(9, (ulong)lease.Kind);
        fields.Number(11, FormatTime.ToUnixSeconds(lease.Time));
        fields.Number(13, lease.HasEnded ? 1UL : 0);
        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.Lease, list);
        writer.Bytes(keys.Sign((byte)FormatKind.Lease, writer.Written));
        return writer.ToArray();
    }

    /// <summary>Checks and decodes a lease.</summary>
    internal static Lease Decode(IDomainKeys keys, ReadOnlySpan<byte> content, string subject)
    {
        try
        {
            return DecodeChecked(keys, content, subject);
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    private static Lease DecodeChecked(IDomainKeys keys, ReadOnlySpan<byte> content, string subject)
    {
        int end = Envelope.Read(content, FormatKind.Lease, subject, out ReadOnlySpan<byte> list);
        FieldReader fields = new(list);
        ObjectId? run = null;
        int? sequence = null;
        SignerId? signer = null;
        LeaseKind? kind = null;
        DateTimeOffset? time = null;
        bool? ended = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    break; // the signature covers the repository id a second time
                case 3:
                    run = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                case 5:
                    sequence = (int)Bounded(fields.Number(), MaxSequence);
                    break;
                case 7:
                    signer = SignerId.Read(fields.Fixed(SignerId.Length));
                    break;
                case 9:
                    kind = (LeaseKind)Bounded(fields.Number(), byte.MaxValue);
                    break;
                case 11:
                    time = FormatTime.FromUnixSeconds(fields.Number());
                    break;
                case 13:
                    ended = Bounded(fields.Number(), 1) == 1;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        Lease lease = new()
        {
            RunId = run ?? throw RootSigned.Missing(3),
            Sequence = sequence ?? throw RootSigned.Missing(5),
            Signer = signer ?? throw RootSigned.Missing(7),
            Kind = kind ?? throw RootSigned.Missing(9),
            Time = time ?? throw RootSigned.Missing(11),
            HasEnded = ended ?? throw RootSigned.Missing(13),
        };
        return keys.Verify((byte)FormatKind.Lease, lease.Signer, content[..end], content[end..])
            ? lease
            : throw new DamagedException(subject, "its signature is not that of an agent of this repository");
    }

    private static ulong Bounded(ulong number, ulong max) => number <= max
        ? number
        : throw new InvalidEncodingException($"the number {number} exceeds {max}");
}
