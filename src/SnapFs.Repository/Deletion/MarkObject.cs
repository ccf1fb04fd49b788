using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Deletion;

/// <summary>A mark or a forget: what is to be deleted (<c>docs/format.md</c> section 10).</summary>
internal sealed record MarkObject
{
    private const int MaxNames = 1 << 16;

    /// <summary>The copy of the repository that it is for.</summary>
    internal required ShortId Store { get; init; }

    /// <summary>The packs, index objects and snapshots.</summary>
    internal required IReadOnlyList<ObjectName> Names { get; init; }

    /// <summary>Encodes a mark of packs, or a forget of snapshots.</summary>
    /// <param name="kind">Which of the two.</param>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="created">When it is made.</param>
    /// <param name="authority">Signs.</param>
    /// <param name="replaced">Marks and forgets that it undoes.</param>
    internal byte[] Encode(
        FormatKind kind,
        in ObjectId repositoryId,
        DateTimeOffset created,
        AdministratorSecrets authority,
        params IReadOnlyCollection<ObjectId> replaced)
    {
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch, replaced);
        fields.Bytes(5, Store.ToArray());
        fields.Number(6, FormatTime.ToUnixSeconds(created));
        Write(fields, 7, [.. Names.Where(name => name.Kind != ObjectKind.Index)]);
        if (kind == FormatKind.Mark)
        {
            Write(fields, 9, [.. Names.Where(name => name.Kind == ObjectKind.Index)]);
        }

        return authority.Sign(kind, list, repositoryId);
    }

    /// <summary>Decodes a mark or a forget.</summary>
    /// <param name="kind">Which of the two.</param>
    /// <param name="list">Its fields.</param>
    /// <param name="subject">The object, for messages.</param>
    internal static MarkObject Decode(FormatKind kind, ReadOnlySpan<byte> list, string subject)
    {
        bool isMark = kind == FormatKind.Mark;
        FieldSet fields = isMark ? new(list, subject, 1, 2, 3, 5, 6, 7, 9) : new(list, subject, 1, 2, 3, 5, 6, 7);
        return new MarkObject
        {
            Store = fields.ShortId(5),
            Names =
            [
                .. Read(fields.Bytes(7), isMark ? ObjectKind.Pack : ObjectKind.Snapshot),
                .. isMark ? Read(fields.Bytes(9), ObjectKind.Index) : [],
            ],
        };
    }

    private static void Write(FieldWriter fields, ulong tag, List<ObjectName> names)
    {
        ByteWriter value = new();
        value.Varint((ulong)names.Count);
        foreach (ObjectName name in names)
        {
            value.Bytes(Convert.FromHexString(name.Domain));
            value.Bytes(Convert.FromHexString(name.Id));
        }

        fields.Bytes(tag, value.Written);
    }

    private static List<ObjectName> Read(ReadOnlySpan<byte> value, ObjectKind kind)
    {
        ByteReader reader = new(value);
        List<ObjectName> names = [];
        for (int left = reader.VarintInt32(MaxNames); left > 0; left--)
        {
            string domain = ShortId.Read(reader.Bytes(ShortId.Length)).ToString();
            names.Add(ObjectName.FromHash(kind, domain, reader.Bytes(ObjectId.Length)));
        }

        reader.End();
        return names;
    }
}
