using System.Text;
using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;
using static SnapFs.Repository.Tests.Vectors.VectorDecoder;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with <c>keys/</c> and <c>gc/</c>.</summary>
internal static class KeyVectors
{
    internal static Dictionary<string, string> Decode(VectorKeys keys, string kind, byte[] content)
    {
        FormatKind expected = Enum.Parse<FormatKind>(kind, ignoreCase: true);
        CertifiedObject.Claim claim = CertifiedObject.TryRead(content) ?? throw NotCounting();
        bool isSigned = expected == FormatKind.Epoch
            ? claim.SignedBy == 0 && CertifiedObject.IsSignedBy(content, claim, keys.Root.PublicKey)
            : claim.SignedBy == keys.Administrator.Epoch
                && CertifiedObject.IsSignedBy(content, claim, keys.Administrator.Authority);
        if (claim.Kind != expected || claim.Repository != keys.RepositoryId || !isSigned)
        {
            throw NotCounting();
        }

        if (claim.Version != Envelope.Version)
        {
            throw new NewerFormatException(Subject, $"format version {claim.Version}");
        }

        KeyObject key = new(ObjectId.Of(content), expected, content);
        Dictionary<string, string> fields = expected switch
        {
            FormatKind.Epoch => OfEpoch(key),
            FormatKind.Administrator => OfAdministrator(key),
            FormatKind.Slot => OfSlot(keys, key),
            FormatKind.Grant => OfGrant(keys, key),
            FormatKind.Domain => OfDomain(keys, key),
            FormatKind.Certificate => OfCertificate(keys, key),
            FormatKind.Revocation => OfRevocation(key),
            FormatKind.Voucher => OfVoucher(key),
            FormatKind.Store => OfStore(key),
            FormatKind.Mark or FormatKind.Forget => OfMark(key),
            FormatKind.Witness => OfWitness(key),
            _ => throw new InvalidOperationException($"no decoder for {kind}"),
        };
        fields["signed-by"] = Show(claim.SignedBy);
        if (claim.Replaced.Count > 0)
        {
            fields["replaces"] = List(claim.Replaced);
        }

        return fields;
    }

    private static Dictionary<string, string> OfEpoch(KeyObject key)
    {
        EpochObject epoch = EpochObject.Decode(key.Fields, key.Subject);
        return new()
        {
            ["number"] = Show(epoch.Number),
            ["authority"] = Hex(epoch.Authority),
            ["created"] = Number(key, 8),
            ["starts-with"] = List(epoch.Contents),
        };
    }

    private static Dictionary<string, string> OfAdministrator(KeyObject key)
    {
        AdministratorObject administrator = AdministratorObject.Decode(key.Fields, key.Subject);
        return new()
        {
            ["signer"] = Hex(administrator.PublicKey),
            ["recipient"] = ShortId.OfKey(administrator.RecipientKey).ToString(),
            ["name"] = administrator.Name,
            ["created"] = Number(key, 10),
        };
    }

    private static Dictionary<string, string> OfSlot(VectorKeys keys, KeyObject key)
    {
        Slot slot = Slot.Decode(key);
        using RepositorySecret.Password password = new(keys.Secrets["password"]);
        using Identity identity = slot.TryOpen(password)
            ?? throw new DamagedException(key.Subject, "the passphrase of secrets.txt does not open it");
        return new()
        {
            ["recipient"] = slot.Recipient.ToString(),
            ["salt"] = Hex(slot.Salt),
            ["memory-kib"] = Show(slot.Parameters.MemoryKiB),
            ["passes"] = Show(slot.Parameters.Passes),
            ["label"] = slot.Label,
            ["created"] = Show(slot.Created.ToUnixTimeSeconds()),
            ["secret"] = Hex(identity.Secret),
        };
    }

    private static Dictionary<string, string> OfGrant(VectorKeys keys, KeyObject key)
    {
        Grant grant = Grant.Decode(key);
        Identity identity = keys.Of(grant.Recipient);
        Dictionary<string, string> fields = new()
        {
            ["recipient"] = grant.Recipient.ToString(),
            ["kind"] = Show((int)grant.Role),
        };
        if (grant.Role == GrantRole.Administrator)
        {
            using AdministratorSecrets secrets = grant.Open(
                identity, key.Subject, list => AdministratorSecrets.Read(list.Span, key.Subject));
            ByteWriter list = new();
            secrets.Write(list, withRoot: true);
            FieldSet written = new(list.Written, key.Subject, 1, 3, 5, 8);
            fields["epoch"] = Show(secrets.Epoch);
            fields["epoch-secret"] = Hex(written.Bytes(3));
            fields["authority-seed"] = Hex(written.Bytes(5));
            fields["root-secret"] = Hex(secrets.RootSecret);
            return fields;
        }

        (ShortId domain, DomainSecrets granted) = grant.Open(
            identity, key.Subject, list => DomainSecrets.ReadForAgent(list.Span, key.Subject));
        using (granted)
        {
            fields["domain-id"] = domain.ToString();
            fields["domain-secret"] = Hex(granted.Secret);
            fields["index-keys"] = List(granted.Epochs, epoch => $"{epoch.Number} {Hex(epoch.IndexKey)}");
            if (granted.Epochs[0].CanRead)
            {
                fields["seeds"] = List(granted.Epochs, epoch => $"{Hex(epoch.TreeSeed)} {Hex(epoch.DataSeed)}");
            }
        }

        return fields;
    }

    private static Dictionary<string, string> OfDomain(VectorKeys keys, KeyObject key)
    {
        DomainObject domain = DomainObject.Decode(key);
        using DomainSecrets secrets = domain.Open(keys.Administrator, key.Subject);
        return new()
        {
            ["domain-id"] = domain.Id.ToString(),
            ["tree-recipient"] = ShortId.OfKey(domain.TreeKey).ToString(),
            ["data-recipient"] = ShortId.OfKey(domain.DataKey).ToString(),
            ["flags"] = domain.IsDefault ? "1" : "0",
            ["domain-secret"] = Hex(secrets.Secret),
            ["epochs"] = List(
                secrets.Epochs,
                epoch => $"{epoch.Number} {Hex(epoch.IndexKey)} {Hex(epoch.TreeSeed)} {Hex(epoch.DataSeed)}"),
        };
    }

    private static Dictionary<string, string> OfCertificate(VectorKeys keys, KeyObject key)
    {
        Certificate certificate = Certificate.Decode(key)
            .OpenNames(keys.Domain.IndexKey(keys.Domain.Epoch), key.Subject);
        Dictionary<string, string> fields = new()
        {
            ["public-key"] = Hex(certificate.PublicKey),
            ["domain-id"] = certificate.Domain.ToString(),
            ["kinds"] = List(certificate.Kinds, kind => Show((int)kind)),
            ["recipient"] = ShortId.OfKey(certificate.RecipientKey).ToString(),
            ["patterns"] = List(certificate.Patterns, pattern => $"{(int)pattern.Subject} {pattern.Text}"),
            ["agent-name"] = certificate.Name,
            ["signer"] = certificate.Signer.ToString(),
        };
        if (certificate.NotAfter is DateTimeOffset notAfter)
        {
            fields["not-after"] = Show(notAfter.ToUnixTimeSeconds());
        }

        return fields;
    }

    private static Dictionary<string, string> OfRevocation(KeyObject key)
    {
        Revocation revocation = Revocation.Decode(key);
        return new() { ["signer"] = revocation.Signer.ToString(), ["why"] = revocation.Reason };
    }

    private static Dictionary<string, string> OfVoucher(KeyObject key)
    {
        Voucher voucher = Voucher.Decode(key);
        return new() { ["domain-id"] = voucher.Domain.ToString(), ["names"] = List(voucher.Names) };
    }

    private static Dictionary<string, string> OfStore(KeyObject key) => new()
    {
        ["store-id"] = StoreObject.Decode(key).Id.ToString(),
        ["flags"] = Number(key, 7),
        ["label"] = Encoding.UTF8.GetString(new FieldSet(key.Fields, key.Subject, 1, 3, 5, 7, 8).Bytes(8)),
    };

    private static Dictionary<string, string> OfMark(KeyObject key)
    {
        MarkObject mark = MarkObject.Decode(key.Kind, key.Fields, key.Subject);
        Dictionary<string, string> fields = new() { ["store-id"] = mark.Store.ToString(), ["created"] = Number(key, 6) };
        string Names(ObjectKind kind) => List(mark.Names.Where(name => name.Kind == kind), name => $"{name.Domain} {name.Id}");
        if (key.Kind == FormatKind.Forget)
        {
            fields["snapshots"] = Names(ObjectKind.Snapshot);
            return fields;
        }

        fields["packs"] = Names(ObjectKind.Pack);
        fields["index-objects"] = Names(ObjectKind.Index);
        return fields;
    }

    /// <summary>The program passes these over, as it deletes nothing.</summary>
    private static Dictionary<string, string> OfWitness(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 3, 5, 7, 9);
        ByteReader reader = new(fields.Bytes(9));
        List<string> runs = [];
        for (int left = reader.VarintInt32(1000); left > 0; left--)
        {
            runs.Add($"{Hex(reader.Bytes(ShortId.Length))} {Hex(reader.Bytes(ShortId.Length))}");
        }

        reader.End();
        return new()
        {
            ["store-id"] = fields.ShortId(5).ToString(),
            ["names"] = List(NameList.Read(fields.Bytes(7))),
            ["runs"] = List(runs, run => run),
        };
    }

    /// <summary>A field that the program does not need.</summary>
    private static string Number(KeyObject key, byte tag)
    {
        FieldReader fields = new(key.Fields);
        while (fields.Next() && fields.Tag != tag)
        {
        }

        return Show(fields.Number());
    }
}
