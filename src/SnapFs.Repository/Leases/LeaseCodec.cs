using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Trees;

namespace SnapFs.Repository.Leases;

/// <summary>Encodes leases (<c>docs/format.md</c> section 9).</summary>
internal static class LeaseCodec
{
    /// <summary>The longest lease a reader accepts, bytes.</summary>
    internal const int MaxLength = 64 * 1024;

    private const int MaxNumber = 999_999_999;

    internal static byte[] Encode(IDomainKeys keys, Lease lease)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, keys.RepositoryId.Span);
        fields.Bytes(3, lease.Domain.ToArray());
        fields.Bytes(5, lease.Signer.ToArray());
        fields.Bytes(7, lease.Run.ToArray());
        fields.Number(9, (ulong)lease.Number);
        fields.Number(11, (ulong)lease.Kind);
        fields.Number(13, lease.HasEnded ? 1UL : 0);
        fields.Number(14, FormatTime.ToUnixSeconds(lease.Time));
        ByteWriter value = new();
        if (lease.FirstReceived is DateTimeOffset first)
        {
            fields.Bytes(16, FormatTime.Write(value, Timestamp.From(first)));
        }

        if (lease.Snapshots.Count > 0)
        {
            value.Clear();
            NameList.Write(value, lease.Snapshots);
            fields.Bytes(18, value.Written);
        }

        if (lease.Marks is ObjectId marks)
        {
            fields.Bytes(20, marks.Span);
        }

        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.Lease, list);
        writer.Bytes(keys.Sign(FormatKind.Lease, writer.Written));
        return writer.ToArray();
    }

    /// <summary>Checks and decodes a lease.</summary>
    /// <returns>Null if it does not count: whoever may put objects can leave some.</returns>
    internal static Lease? Decode(IDomainKeys keys, ReadOnlySpan<byte> content, string subject)
    {
        if (content.Length < Envelope.HeaderLength + ObjectSignature.Length || !Envelope.IsOfSuite(content))
        {
            return null;
        }

        try
        {
            int end = Envelope.Read(content, FormatKind.Lease, subject, out ReadOnlySpan<byte> list);
            FieldSet fields = new(list, subject, 1, 3, 5, 7, 9, 11, 13, 14, 16, 18, 20);
            Lease lease = new()
            {
                Domain = fields.ShortId(3),
                Signer = fields.ShortId(5),
                Run = fields.ShortId(7),
                Number = (int)fields.Number(9, MaxNumber),
                Kind = (LeaseKind)fields.Number(11, byte.MaxValue),
                HasEnded = fields.Number(13, 1) == 1,
                Time = fields.TimeOrEpoch(14),
                FirstReceived = fields.Has(16) ? Time(fields.Bytes(16)) : null,
                Snapshots = fields.Has(18) ? NameList.Read(fields.Bytes(18)) : [],
                Marks = fields.Has(20) ? fields.ObjectId(20) : null,
            };
            ObjectClaim claim = new()
            {
                Kind = FormatKind.Lease,
                Domain = lease.Domain,
                Signer = lease.Signer,
                Bytes = content[..end],
                Signature = content[end..],
            };
            return keys.Verify(claim) == ObjectTrust.None ? null : lease;
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or DamagedException or NewerFormatException)
        {
            return null; // a heartbeat by its name all the same
        }
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> value)
    {
        Timestamp time = FormatTime.Read(value);
        return FormatTime.FromUnixSeconds((ulong)Math.Max(0, time.Seconds)).AddTicks(time.Nanoseconds / 100);
    }
}
