using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Objects;

/// <summary>The two fields that the head of an AFS volume's snapshot has (<c>docs/format.md</c> section 8.1).</summary>
internal static class VolumeFields
{
    /// <summary>Tag of the volume in a head.</summary>
    internal const ulong VolumeTag = 16;

    /// <summary>Tag of the dump in a head.</summary>
    internal const ulong DumpTag = 18;

    /// <summary>The longest name of a cell or volume, UTF-8 bytes.</summary>
    private const int MaxName = 2048;

    private const byte LastType = 2;
    private const ulong InServiceBit = 1;

    internal static void Write(FieldWriter head, SnapshotHead snapshot)
    {
        ByteWriter list = new();
        if (snapshot.Volume is SnapshotVolume volume)
        {
            WriteVolume(new FieldWriter(list), volume);
            head.Bytes(VolumeTag, list.Written);
        }

        if (snapshot.Dump is SnapshotDump dump)
        {
            list.Clear();
            WriteDump(new FieldWriter(list), dump);
            head.Bytes(DumpTag, list.Written);
        }
    }

    internal static SnapshotVolume ReadVolume(ReadOnlySpan<byte> list, string subject)
    {
        string? cell = null;
        string? name = null;
        uint? volumeId = null;
        ObjectId? full = null;
        ObjectId? predecessor = null;
        FieldReader fields = new(list);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    cell = fields.Text(MaxName);
                    break;
                case 3:
                    name = fields.Text(MaxName);
                    break;
                case 5:
                    volumeId = Number32(in fields);
                    break;
                case 6:
                    full = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                case 8:
                    predecessor = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        if (full.HasValue != predecessor.HasValue)
        {
            throw new InvalidEncodingException("the place of its volume in a chain is incomplete");
        }

        return new SnapshotVolume
        {
            Cell = cell ?? throw Missing(VolumeTag, 1),
            Name = name ?? throw Missing(VolumeTag, 3),
            Id = volumeId ?? throw Missing(VolumeTag, 5),
            Full = full,
            Predecessor = predecessor,
        };
    }

    internal static SnapshotDump ReadDump(ReadOnlySpan<byte> list, string subject)
    {
        string? name = null;
        ulong?[] numbers = new ulong?[25];
        DumpSalvage? salvage = null;
        ChunkId? identity = null;
        bool? isInService = null;
        VolumeLife? life = null;
        FieldReader fields = new(list);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    name = fields.Text(MaxName);
                    break;
                case 19 or 21:
                    ulong length = fields.Number();
                    numbers[fields.Tag] = length <= long.MaxValue
                        ? length
                        : throw new InvalidEncodingException($"a dump of {length} bytes exceeds 63 bits");
                    break;
                case 3 or 5 or 7 or 9 or 11 or 13 or 15 or 17 or 18 or 22 or 24:
                    numbers[fields.Tag] = Number32(in fields);
                    break;
                case 26:
                    salvage = ReadSalvage(fields.Value);
                    break;
                case 28:
                    identity = ChunkId.Read(fields.Fixed(ChunkId.Length));
                    break;
                case 30:
                    isInService = (fields.Number() & InServiceBit) != 0;
                    break;
                case 32:
                    life = ReadLife(fields.Value);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return new SnapshotDump
        {
            Name = name ?? throw Missing(DumpTag, 1),
            Id = Required(3),
            Type = Required(5) <= LastType ? (byte)Required(5) : throw new NewerFormatException(subject, "a type of volume"),
            From = Required(7),
            To = Required(9),
            CreationDate = Required(11),
            UpdateDate = Required(13),
            BackupDate = Required(15),
            AccessDate = Required(17),
            TakenAt = (uint?)numbers[18],
            Length = (long)(numbers[19] ?? throw Missing(DumpTag, 19)),
            FullLength = (long)(numbers[21] ?? throw Missing(DumpTag, 21)),
            Quota = (uint)(numbers[22] ?? 0),
            Used = (uint)(numbers[24] ?? 0),
            Salvage = salvage,
            Identity = identity,
            IsInService = isInService,
            Life = life,
        };

        uint Required(int tag) => (uint)(numbers[tag] ?? throw Missing(DumpTag, tag));
    }

    private static void WriteVolume(FieldWriter fields, SnapshotVolume volume)
    {
        fields.Text(1, volume.Cell);
        fields.Text(3, volume.Name);
        fields.Number(5, volume.Id);
        if (volume.Full is ObjectId full)
        {
            fields.Bytes(6, full.Span);
        }

        if (volume.Predecessor is ObjectId predecessor)
        {
            fields.Bytes(8, predecessor.Span);
        }
    }

    private static void WriteDump(FieldWriter fields, SnapshotDump dump)
    {
        fields.Text(1, dump.Name);
        fields.Number(3, dump.Id);
        fields.Number(5, dump.Type);
        fields.Number(7, dump.From);
        fields.Number(9, dump.To);
        fields.Number(11, dump.CreationDate);
        fields.Number(13, dump.UpdateDate);
        fields.Number(15, dump.BackupDate);
        fields.Number(17, dump.AccessDate);
        if (dump.TakenAt is uint takenAt)
        {
            fields.Number(18, takenAt);
        }

        fields.Number(19, (ulong)dump.Length);
        fields.Number(21, (ulong)dump.FullLength);
        fields.Number(22, dump.Quota);
        fields.Number(24, dump.Used);
        if (dump.Salvage is DumpSalvage salvage)
        {
            ByteWriter value = new();
            value.Varint(salvage.WholeLength);
            value.Varint(salvage.LostNames);
            if (salvage.Cause != SalvageCause.CutOff)
            {
                value.Varint((ulong)salvage.Cause);
            }

            fields.Bytes(26, value.Written);
        }

        if (dump.Identity is ChunkId identity)
        {
            fields.Bytes(28, identity.Span);
        }

        if (dump.IsInService is bool isInService)
        {
            fields.Number(30, isInService ? InServiceBit : 0);
        }

        if (dump.Life is VolumeLife life)
        {
            ByteWriter value = new();
            value.Varint((ulong)life.CreationDate);
            value.Varint((ulong)life.CopyDate);
            fields.Bytes(32, value.Written);
        }
    }

    /// <summary>What may follow the numbers belongs to a later version, and so does a cause that is not known here.</summary>
    private static DumpSalvage ReadSalvage(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        long whole = reader.VarintInt64();
        long lost = reader.VarintInt64();
        long cause = reader.Remaining == 0 ? 0 : reader.VarintInt64();
        return new DumpSalvage(whole, lost, cause == 0 ? SalvageCause.CutOff : SalvageCause.Damaged);
    }

    private static VolumeLife ReadLife(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        return new VolumeLife(reader.VarintUInt32(), reader.VarintUInt32());
    }

    private static uint Number32(in FieldReader fields)
    {
        ulong number = fields.Number();
        return number <= uint.MaxValue
            ? (uint)number
            : throw new InvalidEncodingException($"field {fields.Tag} of a volume exceeds 32 bits");
    }

    private static InvalidEncodingException Missing(ulong list, int tag) => new($"its field {list} lacks field {tag}");
}
