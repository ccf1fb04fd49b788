using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Encodes agent certificates (<c>docs/format.md</c> section 3).</summary>
internal static class AgentCertificateCodec
{
    private const ulong AnyHostFlag = 1;
    private const int MaxText = 1024;

    /// <summary>Encodes a certificate.</summary>
    internal static byte[] Encode(
        AgentCertificate certificate,
        ReadOnlySpan<byte> indexKey,
        in ObjectId repositoryId,
        ReadOnlySpan<byte> rootSecretKey)
    {
        ByteWriter names = new();
        FieldWriter nameFields = new(names);
        nameFields.Text(1, certificate.Host);
        nameFields.Text(2, certificate.Name);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(indexKey, "certificate-names", [], key);
        byte[] sealedNames = Sealing.Seal(key, certificate.PublicKey.Span, PaddedContent.Wrap(names.Written));
        CryptographicOperations.ZeroMemory(key);

        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, repositoryId.Span);
        fields.Bytes(3, certificate.PublicKey.Span);
        fields.Bytes(5, certificate.DomainId.Span);
        fields.Number(7, certificate.AnyHost ? AnyHostFlag : 0);
        fields.Bytes(8, sealedNames);
        return RootSigned.Write(FormatKind.AgentCertificate, list, repositoryId, rootSecretKey);
    }

    /// <summary>Checks and decodes a certificate. Its names stay empty without the index key of its domain.</summary>
    /// <param name="content">The whole object.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="rootPublicKey">Must have signed it.</param>
    /// <param name="domainId">The domain that <paramref name="indexKey"/> is of.</param>
    /// <param name="indexKey">Opens the names.</param>
    internal static AgentCertificate Decode(
        ReadOnlySpan<byte> content,
        string subject,
        in ObjectId repositoryId,
        ReadOnlySpan<byte> rootPublicKey,
        ReadOnlySpan<byte> domainId,
        ReadOnlySpan<byte> indexKey)
    {
        FieldReader fields = new(
            RootSigned.Read(content, FormatKind.AgentCertificate, subject, repositoryId, rootPublicKey));
        byte[]? publicKey = null;
        byte[]? domain = null;
        ulong? flags = null;
        ReadOnlySpan<byte> names = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    break; // the signature covers the repository id a second time
                case 3:
                    publicKey = fields.Fixed(Signing.PublicKeyLength).ToArray();
                    break;
                case 5:
                    domain = fields.Fixed(DomainObject.IdLength).ToArray();
                    break;
                case 7:
                    flags = fields.Number();
                    break;
                case 8:
                    names = fields.Value;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        if (flags is null)
        {
            throw RootSigned.Missing(7);
        }

        if ((flags.Value & ~AnyHostFlag) != 0)
        {
            throw new NewerFormatException(subject, $"certificate flags {flags.Value:x}");
        }

        AgentCertificate certificate = new()
        {
            PublicKey = publicKey ?? throw RootSigned.Missing(3),
            DomainId = domain ?? throw RootSigned.Missing(5),
            AnyHost = (flags.Value & AnyHostFlag) != 0,
        };
        return names.IsEmpty || !domainId.SequenceEqual(domain)
            ? certificate
            : OpenNames(certificate, names, indexKey, subject);
    }

    private static AgentCertificate OpenNames(
        AgentCertificate certificate, ReadOnlySpan<byte> names, ReadOnlySpan<byte> indexKey, string subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(indexKey, "certificate-names", [], key);
        bool opened = Sealing.TryOpen(key, certificate.PublicKey.Span, names, out byte[]? padded);
        CryptographicOperations.ZeroMemory(key);
        if (!opened || padded is null)
        {
            throw new DamagedException(subject, "its names do not open with the index key of its domain");
        }

        string host = string.Empty;
        string name = string.Empty;
        FieldReader fields = new(PaddedContent.Unwrap(padded).Span);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    host = fields.Text(MaxText);
                    break;
                case 2:
                    name = fields.Text(MaxText);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return certificate with { Host = host, Name = name };
    }
}
