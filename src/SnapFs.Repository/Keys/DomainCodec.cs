using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Encodes domains (<c>docs/format.md</c> section 3).</summary>
internal static class DomainCodec
{
    private const int MaxSealed = 4096;

    /// <summary>Makes and encodes a domain.</summary>
    internal static byte[] Encode(
        ReadOnlySpan<byte> domainId,
        DomainSecrets secrets,
        AdministratorSecrets administrator,
        in ObjectId repositoryId,
        ReadOnlySpan<byte> rootSecretKey)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, repositoryId.Span);
        fields.Bytes(3, domainId);
        fields.Number(5, administrator.Epoch);
        Span<byte> publicKey = stackalloc byte[SealedBox.PublicKeyLength];
        PublicKeyOf(secrets.TreeSeed, publicKey);
        fields.Bytes(7, publicKey);
        PublicKeyOf(secrets.DataSeed, publicKey);
        fields.Bytes(9, publicKey);

        ByteWriter plain = new();
        secrets.Write(plain);
        byte[] padded = PaddedContent.Wrap(plain.Written);
        plain.Wipe();
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        administrator.Derive("domain", domainId, key);
        fields.Bytes(11, Sealing.Seal(key, domainId, padded));
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(padded);
        return RootSigned.Write(FormatKind.Domain, list, repositoryId, rootSecretKey);
    }

    /// <summary>Checks and decodes a domain.</summary>
    internal static DomainObject Decode(
        ReadOnlySpan<byte> content, string subject, in ObjectId repositoryId, ReadOnlySpan<byte> rootPublicKey)
    {
        FieldReader fields = new(RootSigned.Read(content, FormatKind.Domain, subject, repositoryId, rootPublicKey));
        byte[]? id = null;
        byte[]? tree = null;
        byte[]? data = null;
        byte[]? secrets = null;
        uint epoch = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    break; // the signature covers the repository id a second time
                case 3:
                    id = fields.Fixed(DomainObject.IdLength).ToArray();
                    break;
                case 5:
                    epoch = EpochCodec.ReadNumber(fields.Number());
                    break;
                case 7:
                    tree = fields.Fixed(SealedBox.PublicKeyLength).ToArray();
                    break;
                case 9:
                    data = fields.Fixed(SealedBox.PublicKeyLength).ToArray();
                    break;
                case 11:
                    secrets = fields.Value.Length <= MaxSealed
                        ? fields.Value.ToArray()
                        : throw new InvalidEncodingException($"its secrets have {fields.Value.Length} bytes");
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return new DomainObject(
            id ?? throw RootSigned.Missing(3),
            epoch == 0 ? throw RootSigned.Missing(5) : epoch,
            tree ?? throw RootSigned.Missing(7),
            data ?? throw RootSigned.Missing(9),
            secrets ?? throw RootSigned.Missing(11));
    }

    /// <summary>Opens the secrets of a domain.</summary>
    /// <exception cref="DamagedException">The secrets are not those of this epoch.</exception>
    internal static DomainSecrets Open(DomainObject domain, AdministratorSecrets administrator, string subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        administrator.Derive("domain", domain.DomainId, key);
        bool opened = Sealing.TryOpen(key, domain.DomainId, domain.SealedSecrets, out byte[]? padded);
        CryptographicOperations.ZeroMemory(key);
        if (!opened || padded is null)
        {
            throw new DamagedException(subject, "its secrets do not open with the secret of the epoch");
        }

        try
        {
            return DomainSecrets.Read(PaddedContent.Unwrap(padded).Span, subject);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static void PublicKeyOf(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        Span<byte> secretKey = stackalloc byte[SealedBox.SecretKeyLength];
        SealedBox.KeyPairFromSeed(seed, publicKey, secretKey);
        CryptographicOperations.ZeroMemory(secretKey);
    }
}
