using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The secrets of <c>tests/vectors/secrets.txt</c> and all that derives from them. The root, the administrator and the
/// agent may sign everything.</summary>
internal sealed class VectorKeys : IDisposable
{
    private readonly Dictionary<ShortId, Identity> _identities = [];

    internal VectorKeys()
    {
        RepositoryId = ObjectId.Read(Secrets.Bytes("repository-id"));
        Root = Add("root");
        Add("administrator");
        Add("agent");

        Administrator = new AdministratorSecrets(
            Secrets.Number("epoch"),
            Secrets.Bytes("epoch-secret"),
            Secrets.Bytes("authority-seed"),
            Secrets.Bytes("root-secret"));
        DomainSecrets secrets = ReadDomain();
        byte[] treeKey = new byte[XWing.PublicKeyLength];
        byte[] dataKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(secrets.Epochs[^1].TreeSeed, treeKey);
        XWing.PublicKeyFromSeed(secrets.Epochs[^1].DataSeed, dataKey);
        DomainObject domain = new()
        {
            Id = ShortId.Read(Secrets.Bytes("domain-id")),
            TreeKey = treeKey,
            DataKey = dataKey,
            IsDefault = true,
        };
        Domain = new DomainKeys(RepositoryId, domain, secrets, Root, Signers);
    }

    internal VectorFile Secrets { get; } = VectorFile.Read("secrets.txt");

    internal ObjectId RepositoryId { get; }

    internal Identity Root { get; }

    internal AdministratorSecrets Administrator { get; }

    internal Signers Signers { get; } = new();

    internal DomainKeys Domain { get; }

    /// <summary>Who can be granted secrets.</summary>
    internal Identity Of(ShortId recipient) => _identities.GetValueOrDefault(recipient)
        ?? throw new DamagedException("keys/x", "it is for somebody else");

    public void Dispose()
    {
        Administrator.Dispose();
        Domain.Dispose();
        foreach (Identity identity in _identities.Values)
        {
            identity.Dispose();
        }
    }

    private Identity Add(string name)
    {
        Identity identity = new(Secrets.Bytes(name + "-secret"));
        _identities.Add(identity.Recipient, identity);
        Signers.Add(new AdministratorObject(identity.PublicKey.ToArray(), identity.RecipientKey.ToArray(), name));
        return identity;
    }

    private DomainSecrets ReadDomain()
    {
        const string IndexKey = "index-key-";
        List<uint> epochs = [.. Secrets.Expected.Select(field => field.Key)
            .Where(name => name.StartsWith(IndexKey, StringComparison.Ordinal))
            .Select(name => uint.Parse(name[IndexKey.Length..], System.Globalization.CultureInfo.InvariantCulture))
            .Order()];
        ByteWriter value = new();
        value.Varint((ulong)epochs.Count);
        foreach (uint epoch in epochs)
        {
            value.Varint(epoch);
            value.Bytes(Secrets.Bytes($"index-key-{epoch}"));
            value.Bytes(Secrets.Bytes($"tree-seed-{epoch}"));
            value.Bytes(Secrets.Bytes($"data-seed-{epoch}"));
        }

        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, Secrets.Bytes("domain-secret"));
        fields.Bytes(3, value.Written);
        return DomainSecrets.Read(list.Written, "secrets.txt");
    }
}
