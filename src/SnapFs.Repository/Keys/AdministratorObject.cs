using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Who is an administrator (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="PublicKey">The Ed25519 key it signs with, 32 bytes.</param>
/// <param name="RecipientKey">The X-Wing key that secrets are granted to, 1216 bytes.</param>
/// <param name="Name">What it is called; anyone can read it.</param>
internal sealed record AdministratorObject(byte[] PublicKey, byte[] RecipientKey, string Name)
{
    /// <summary>The longest name or label, UTF-8 bytes.</summary>
    internal const int MaxName = 256;

    /// <summary>Who it is.</summary>
    internal ShortId Signer => ShortId.OfKey(PublicKey);

    /// <summary>Encodes an administrator, signed by an authority.</summary>
    internal byte[] Encode(
        in ObjectId repositoryId,
        DateTimeOffset created,
        AdministratorSecrets authority,
        params IReadOnlyCollection<ObjectId> replaced)
    {
        ByteWriter list = new(2048);
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch, replaced);
        fields.Bytes(5, PublicKey);
        fields.Bytes(7, RecipientKey);
        if (Name.Length > 0)
        {
            fields.Text(8, Name);
        }

        fields.Number(10, FormatTime.ToUnixSeconds(created));
        return authority.Sign(FormatKind.Administrator, list, repositoryId);
    }

    /// <summary>Decodes an administrator.</summary>
    internal static AdministratorObject Decode(KeyObject key) => Decode(key.Fields, key.Subject);

    /// <summary>Decodes the fields of an administrator.</summary>
    internal static AdministratorObject Decode(ReadOnlySpan<byte> list, string subject)
    {
        FieldSet fields = new(list, subject, 1, 2, 3, 5, 7, 8, 10);
        return new AdministratorObject(
            fields.Fixed(5, Signing.PublicKeyLength),
            fields.Fixed(7, XWing.PublicKeyLength),
            fields.TextOrEmpty(8, MaxName));
    }
}
