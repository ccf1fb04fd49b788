using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Names snapshots and index objects of a domain that count whoever signed them
/// (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Names">The objects.</param>
internal sealed record Voucher(ShortId Domain, IReadOnlyList<ObjectId> Names)
{
    /// <summary>Encodes a voucher, signed by an authority.</summary>
    internal byte[] Encode(in ObjectId repositoryId, AdministratorSecrets authority)
    {
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch);
        fields.Bytes(5, Domain.ToArray());
        ByteWriter value = new(ObjectId.Length * (Names.Count + 1));
        NameList.Write(value, Names);
        fields.Bytes(7, value.Written);
        return authority.Sign(FormatKind.Voucher, list, repositoryId);
    }

    /// <summary>Decodes a voucher.</summary>
    internal static Voucher Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7);
        return new Voucher(fields.ShortId(5), NameList.Read(fields.Bytes(7)));
    }
}
