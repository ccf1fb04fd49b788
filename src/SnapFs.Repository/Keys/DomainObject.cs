using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>A domain in the newest epoch (<c>docs/format.md</c> section 3.2).</summary>
internal sealed record DomainObject
{
    private const byte SealedTag = 11;
    private const ulong DefaultFlag = 1;

    /// <summary>Its id.</summary>
    internal required ShortId Id { get; init; }

    /// <summary>The X-Wing key that trees are sealed to, 1216 bytes.</summary>
    internal required byte[] TreeKey { get; init; }

    /// <summary>The X-Wing key that data is sealed to, 1216 bytes.</summary>
    internal required byte[] DataKey { get; init; }

    /// <summary>Whether administrators' own backups go here.</summary>
    internal required bool IsDefault { get; init; }

    private SealedField? Sealed { get; init; }

    /// <summary>Encodes a domain, signed by an authority.</summary>
    internal static byte[] Encode(
        ShortId id, bool isDefault, DomainSecrets secrets, in ObjectId repositoryId, AdministratorSecrets authority)
    {
        ByteWriter list = new(8192);
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch);
        fields.Bytes(5, id.ToArray());
        byte[] publicKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(secrets.Epochs[^1].TreeSeed, publicKey);
        fields.Bytes(7, publicKey);
        XWing.PublicKeyFromSeed(secrets.Epochs[^1].DataSeed, publicKey);
        fields.Bytes(9, publicKey);
        fields.Number(10, isDefault ? DefaultFlag : 0);

        ByteWriter plain = new();
        secrets.Write(plain);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        authority.Derive("domain", id.ToArray(), key);
        SealedField.Write(list, FormatKind.Domain, SealedTag, key, plain.Written);
        plain.Wipe();
        return authority.Sign(FormatKind.Domain, list, repositoryId);
    }

    /// <summary>Decodes a domain.</summary>
    internal static DomainObject Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7, 9, 10, SealedTag);
        ShortId id = fields.ShortId(5);
        return new DomainObject
        {
            Id = id != default ? id : throw new InvalidEncodingException("no domain has the id of zeros"),
            TreeKey = fields.Fixed(7, XWing.PublicKeyLength),
            DataKey = fields.Fixed(9, XWing.PublicKeyLength),
            IsDefault = (fields.NumberOr(10, 0) & DefaultFlag) != 0,
            Sealed = SealedField.Read(key, SealedTag),
        };
    }

    /// <summary>Opens the secrets.</summary>
    /// <exception cref="DamagedException">They are not those of this epoch.</exception>
    internal DomainSecrets Open(AdministratorSecrets administrator, string subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        administrator.Derive("domain", Id.ToArray(), key);
        return Sealed?.Open(key, plain => DomainSecrets.Read(plain.Span, subject))
            ?? throw new DamagedException(subject, "its secrets do not open with the secret of the epoch");
    }
}
