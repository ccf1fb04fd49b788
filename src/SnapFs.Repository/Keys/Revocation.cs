using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Takes trust away from a signer: nothing of it counts but what a voucher names (<c>docs/format.md</c> section 3.2).
/// </summary>
/// <param name="Signer">From whom.</param>
/// <param name="Reason">For people.</param>
internal sealed record Revocation(ShortId Signer, string Reason)
{
    /// <summary>Encodes a revocation, signed by an authority.</summary>
    internal byte[] Encode(in ObjectId repositoryId, AdministratorSecrets authority)
    {
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch);
        fields.Bytes(5, Signer.ToArray());
        if (Reason.Length > 0)
        {
            fields.Text(8, Reason);
        }

        return authority.Sign(FormatKind.Revocation, list, repositoryId);
    }

    /// <summary>Decodes a revocation.</summary>
    internal static Revocation Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 8);
        return new Revocation(fields.ShortId(5), fields.TextOrEmpty(8, AdministratorObject.MaxName));
    }
}
