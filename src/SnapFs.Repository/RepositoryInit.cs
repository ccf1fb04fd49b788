using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository;

/// <summary>Makes a repository.</summary>
/// <remarks>
/// The keys are put first and the config last, so the config is the commit point: without it there is no repository. Keys that
/// an interrupted run left name another repository id, which depends on random bytes of a config that was never put; readers
/// pass over them, and a second run is not hindered. Two runs at once never both succeed, whatever the storage can do: each looks
/// for another config after it put its own, and takes that back if it finds one (<c>docs/format.md</c> section 2.1).
/// </remarks>
public static class RepositoryInit
{
    private const int Attempts = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Makes a repository in an empty storage and opens it.</summary>
    /// <exception cref="RepositoryExistsException">There is one already, or objects of one.</exception>
    public static async Task<OpenedRepository> CreateAsync(
        IStorage storage, InitOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(options);
        await RequireEmptyAsync(storage, cancellationToken).ConfigureAwait(false);
        using Identity root = Identity.CreateRandom();
        using Identity administrator = Identity.CreateRandom();
        using AdministratorSecrets authority = AdministratorSecrets.CreateRandom(1, root.Secret);
        RepositoryConfig config = new()
        {
            Created = options.Clock.GetUtcNow(),
            RootPublicKey = root.PublicKey.ToArray(),
            RootRecipientKey = root.RecipientKey.ToArray(),
            Chunks = options.Chunks,
            Groups = options.Groups,
            CompressionLevel = options.CompressionLevel,
            InlineLimit = options.InlineLimit,
            Salt = RandomNumberGenerator.GetBytes(ConfigCodec.SaltLength),
        };
        byte[] encoded = ConfigCodec.Encode(config);
        ObjectId id = ObjectId.Of(encoded);
        ObjectName name = ObjectName.FromHash(ObjectKind.Config, string.Empty, id.Span);
        ConfigCodec.Decode(encoded, name.RelativePath); // refuses parameters that no reader would accept

        byte[] slot = Slot.Create(
            id, administrator, options.Password, options.Label, options.Argon2, config.Created, authority);
        List<byte[]> keys = NewKeys(id, config.Created, root, administrator, authority);
        EpochObject epoch = new(
            authority.Epoch,
            authority.Authority.ToArray(),
            [.. keys.Where(key => key[4] is (byte)FormatKind.Administrator or (byte)FormatKind.Domain).Select(key => ObjectId.Of(key))]);
        foreach (byte[] key in (byte[][])[slot, .. keys, epoch.Encode(id, config.Created, root)])
        {
            await storage.PutAsync(KeyNames.StorageName(ObjectId.Of(key)), key, cancellationToken).ConfigureAwait(false);
        }

        await PutConfigAsync(storage, name, encoded, options.Clock, cancellationToken).ConfigureAwait(false);
        return await RepositoryOpener.OpenAsync(
            storage, config, id, new Identity(administrator.Secret), ObjectId.Of(slot), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The root and one more administrator with what is granted to them, and one domain.</summary>
    private static List<byte[]> NewKeys(
        in ObjectId id, DateTimeOffset created, Identity root, Identity administrator, AdministratorSecrets authority)
    {
        using DomainSecrets domain = DomainSecrets.CreateRandom(authority.Epoch);
        return
        [
            DomainObject.Encode(ShortId.Random(), isDefault: true, domain, id, authority),
            new AdministratorObject(root.PublicKey.ToArray(), root.RecipientKey.ToArray(), "root")
                .Encode(id, created, authority),
            new AdministratorObject(administrator.PublicKey.ToArray(), administrator.RecipientKey.ToArray(), "administrator")
                .Encode(id, created, authority),
            NewGrant(id, root, withRoot: false, authority),
            NewGrant(id, administrator, withRoot: true, authority),
        ];
    }

    private static byte[] NewGrant(in ObjectId id, Identity recipient, bool withRoot, AdministratorSecrets authority)
    {
        ByteWriter secrets = new();
        authority.Write(secrets, withRoot);
        byte[] grant = Grant.Encode(id, recipient.RecipientKey, GrantRole.Administrator, secrets.Written, authority);
        secrets.Wipe();
        return grant;
    }

    private static async Task RequireEmptyAsync(IStorage storage, CancellationToken cancellationToken)
    {
        if ((await RepositoryConfigs.ListAsync(storage, cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            throw Exists();
        }

        foreach (ObjectKind kind in
            (ObjectKind[])[ObjectKind.PreviewConfig, ObjectKind.Snapshot, ObjectKind.Index, ObjectKind.Pack])
        {
            await foreach (ObjectInfo info in storage.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                throw new RepositoryExistsException(
                    $"{info.Name} is here but no config: this was a repository; restore its 'config-…' from a copy, or choose an "
                        + "empty place");
            }
        }
    }

    /// <summary>Puts a config, so that of several that are put at once at most one stays.</summary>
    /// <exception cref="RepositoryExistsException">There is another, and not this one.</exception>
    internal static async Task PutConfigAsync(
        IStorage storage, ObjectName name, byte[] config, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await storage.PutAsync(name, config, cancellationToken).ConfigureAwait(false);
            List<ObjectInfo> listed = await RepositoryConfigs.ListAsync(storage, cancellationToken).ConfigureAwait(false);
            if (listed.TrueForAll(other => other.Name == name))
            {
                return;
            }

            // Whoever sees another one gives way, also if the other does the same; then chance decides who comes first.
            await storage.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            await Task.Delay(LongestWait * Random.Shared.NextDouble(), clock, cancellationToken).ConfigureAwait(false);
            listed = await RepositoryConfigs.ListAsync(storage, cancellationToken).ConfigureAwait(false);
            if (listed.Count > 0 || attempt == Attempts)
            {
                throw Exists();
            }
        }
    }

    private static RepositoryExistsException Exists() =>
        new("there is a repository here already, or another 'snapfs init' makes one; nothing was changed");
}
