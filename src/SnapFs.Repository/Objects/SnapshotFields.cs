using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Objects;

/// <summary>The field list that is the head of a snapshot (<c>docs/format.md</c> section 8).</summary>
internal static class SnapshotFields
{
    private const ulong PathsTag = 20;
    private const ulong FormerTag = 22;
    private const int PathsHashLength = 32;
    private const ulong PartialFlag = 1;
    private const ulong XattrsFlag = 2;
    private const ulong AclsFlag = 4;

    internal static byte[] EncodeHead(SnapshotHead head)
    {
        ByteWriter list = new(512);
        ByteWriter value = new();
        FieldWriter fields = new(list);
        fields.Text(1, head.Host);
        fields.Text(3, head.Source);
        fields.Bytes(5, FormatTime.Write(value, head.Started));
        fields.Bytes(7, FormatTime.Write(value, head.Ended));
        fields.Text(8, head.Agent);
        if (head.Tags.Count > 0)
        {
            ReadOnlySpan<byte> tags = Texts(value, head.Tags);
            fields.Bytes(10, tags.Length <= SnapshotLimits.MaxTagBytes
                ? tags
                : throw new EncodingLimitException(
                    $"the tags have {tags.Length} bytes, more than {SnapshotLimits.MaxTagBytes}"));
        }

        value.Clear();
        value.Bytes(head.Root.Id.Span);
        value.Varint(head.Root.Length);
        fields.Bytes(11, value.Written);
        if (head.Previous is ObjectId previous)
        {
            fields.Bytes(12, previous.Span);
        }

        fields.Number(13, (head.IsPartial ? PartialFlag : 0) | (head.HasXattrs ? XattrsFlag : 0)
            | (head.HasAcls ? AclsFlag : 0));
        SnapshotStatistics statistics = head.Statistics;
        value.Clear();
        foreach (long count in (ReadOnlySpan<long>)
            [
                statistics.Entries, statistics.Files, statistics.Directories, statistics.Bytes,
                statistics.FilesNew, statistics.FilesChanged, statistics.FilesUnchanged,
                statistics.BytesAdded, statistics.BytesStored, statistics.Problems,
            ])
        {
            value.Varint(count);
        }

        fields.Bytes(14, value.Written);
        VolumeFields.Write(fields, head);
        if (!head.PathsHash.IsEmpty)
        {
            fields.Bytes(PathsTag, head.PathsHash.Span);
        }

        if (head.FormerIds.Count > 0)
        {
            value.Clear();
            NameList.Write(value, head.FormerIds);
            fields.Bytes(FormerTag, value.Written);
        }

        return list.ToArray();
    }

    internal static SnapshotHead DecodeHead(ReadOnlySpan<byte> list, in ObjectId id, string subject)
    {
        string? host = null;
        string? source = null;
        Timestamp? started = null;
        Timestamp? ended = null;
        string agent = string.Empty;
        List<string> tags = [];
        ChunkRef? root = null;
        ObjectId? previous = null;
        ulong? flags = null;
        SnapshotStatistics statistics = new();
        SnapshotVolume? volume = null;
        SnapshotDump? dump = null;
        byte[] paths = [];
        List<ObjectId> former = [];
        FieldReader fields = new(list);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    host = CheckName(fields.Text(SnapshotLimits.MaxHost), SnapshotLimits.MaxHost);
                    break;
                case 3:
                    source = CheckName(fields.Text(SnapshotLimits.MaxText), SnapshotLimits.MaxText);
                    break;
                case 5:
                    started = FormatTime.Read(fields.Value);
                    break;
                case 7:
                    ended = FormatTime.Read(fields.Value);
                    break;
                case 8:
                    agent = fields.Text(SnapshotLimits.MaxText);
                    break;
                case 10:
                    tags = Texts(fields.Value, int.MaxValue);
                    break;
                case 11:
                    root = Root(fields.Value);
                    break;
                case 12:
                    previous = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                case 13:
                    flags = Flags(fields.Number(), subject);
                    break;
                case 14:
                    statistics = Statistics(fields.Value);
                    break;
                case VolumeFields.VolumeTag:
                    volume = VolumeFields.ReadVolume(fields.Value, subject);
                    break;
                case VolumeFields.DumpTag:
                    dump = VolumeFields.ReadDump(fields.Value, subject);
                    break;
                case PathsTag:
                    paths = fields.Fixed(PathsHashLength).ToArray();
                    break;
                case FormerTag:
                    former = NameList.Read(fields.Value);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        RequireVolumeOf(host, source, volume, dump);
        return new SnapshotHead
        {
            Id = id,
            Host = host ?? throw Missing(1),
            Source = source ?? throw Missing(3),
            Started = started ?? throw Missing(5),
            Ended = ended ?? throw Missing(7),
            Agent = agent,
            Tags = tags,
            Root = root ?? throw Missing(11),
            Previous = previous,
            IsPartial = ((flags ?? throw Missing(13)) & PartialFlag) != 0,
            HasXattrs = (flags.Value & XattrsFlag) != 0,
            HasAcls = (flags.Value & AclsFlag) != 0,
            Statistics = statistics,
            Volume = volume,
            Dump = dump,
            PathsHash = paths,
            FormerIds = former,
        };
    }

    /// <summary>What a snapshot of a volume is shown as is what it is of.</summary>
    private static void RequireVolumeOf(string? host, string? source, SnapshotVolume? volume, SnapshotDump? dump)
    {
        if ((volume is not null && (volume.Cell != host || volume.Name != source)) || (volume is null && dump is not null))
        {
            throw new InvalidEncodingException("its host and source are not the cell and volume that it is of");
        }
    }

    /// <summary>Hosts and sources become names of folders in a mount.</summary>
    private static string CheckName(string name, int maxBytes) =>
        name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny('\0', '/')
            && Encoding.UTF8.GetByteCount(name) <= maxBytes
            ? name
            : throw new InvalidEncodingException(
                $"the host or source '{name}' is empty, too long, or no name of a folder");

    private static ReadOnlySpan<byte> Texts(ByteWriter value, IReadOnlyList<string> texts)
    {
        value.Clear();
        value.Varint((ulong)texts.Count);
        foreach (string text in texts)
        {
            value.LengthPrefixed(Encoding.UTF8.GetBytes(text));
        }

        return value.Written;
    }

    internal static List<string> Texts(ReadOnlySpan<byte> value, int max)
    {
        ByteReader reader = new(value);
        List<string> texts = [];
        for (int left = reader.VarintInt32(Math.Min(max, value.Length)); left > 0; left--)
        {
            texts.Add(Utf8.Text(reader.LengthPrefixed(SnapshotLimits.MaxText)));
        }

        reader.End();
        return texts;
    }

    private static ChunkRef Root(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        ChunkRef root = new(ChunkId.Read(reader.Bytes(ChunkId.Length)), reader.VarintInt32(TreeLimits.MaxPage));
        reader.End();
        return root;
    }

    private static ulong Flags(ulong flags, string subject) => (flags & ~(PartialFlag | XattrsFlag | AclsFlag)) == 0
        ? flags
        : throw new NewerFormatException(subject, $"snapshot flags {flags:x}");

    /// <summary>Ten counts; a later version may append more.</summary>
    private static SnapshotStatistics Statistics(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        return new SnapshotStatistics
        {
            Entries = reader.VarintInt64(),
            Files = reader.VarintInt64(),
            Directories = reader.VarintInt64(),
            Bytes = reader.VarintInt64(),
            FilesNew = reader.VarintInt64(),
            FilesChanged = reader.VarintInt64(),
            FilesUnchanged = reader.VarintInt64(),
            BytesAdded = reader.VarintInt64(),
            BytesStored = reader.VarintInt64(),
            Problems = reader.VarintInt64(),
        };
    }

    internal static InvalidEncodingException Missing(int tag) => new($"it lacks field {tag}");
}
