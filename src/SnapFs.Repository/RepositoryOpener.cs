using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository;

/// <summary>Opens a repository: <c>config</c>, then the keys that a passphrase or key file gives access to.</summary>
public static partial class RepositoryOpener
{
    /// <summary>Opens a repository.</summary>
    /// <param name="storage">Where it lies; not owned by the result.</param>
    /// <param name="secret">Not kept; the caller disposes of it.</param>
    /// <param name="cancellationToken">Gives up. One derivation of a key from a passphrase is not interrupted.</param>
    /// <exception cref="NoRepositoryException">There is no <c>config</c>.</exception>
    /// <exception cref="WrongKeyException">The secret opens nothing.</exception>
    /// <exception cref="DamagedException">An object that is needed is damaged.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote an object that is needed.</exception>
    public static async Task<OpenedRepository> OpenAsync(
        IStorage storage, RepositorySecret secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(secret);
        (RepositoryConfig config, ObjectId repositoryId) = await ReadConfigAsync(storage, cancellationToken)
            .ConfigureAwait(false);
        KeyStore keys = await KeyStore.LoadAsync(storage, repositoryId, cancellationToken).ConfigureAwait(false);
        List<SnapFsException> warnings = [.. keys.Problems];
        switch (secret)
        {
            case RepositorySecret.Password password:
                (AdministratorSecrets secrets, ObjectId slot) = OpenSlot(keys, password, warnings, cancellationToken);
                return Assemble(config, repositoryId, keys, secrets, slot, warnings);
            case RepositorySecret.FromKeyFile { Key: KeyFile file }:
                if (file.RepositoryId != repositoryId)
                {
                    throw new WrongKeyException(
                        $"the key file is for repository {file.RepositoryId}, this one is {repositoryId}");
                }

                return file.Agent is AgentSecrets agent
                    ? AssembleAgent(config, repositoryId, keys, agent, warnings)
                    : Assemble(config, repositoryId, keys, file.Administrator!.Copy(), null, warnings); // one is set
            default:
                throw new ArgumentException("not a kind of secret", nameof(secret));
        }
    }

    /// <summary>Reads <c>config</c> and with it the repository's id; needs no secret.</summary>
    public static async Task<(RepositoryConfig Config, ObjectId RepositoryId)> ReadConfigAsync(
        IStorage storage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        byte[] content;
        try
        {
            content = await storage.GetAsync(ObjectName.Config, ConfigCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            throw new NoRepositoryException(await HasObjectsAsync(storage, cancellationToken).ConfigureAwait(false));
        }

        return (ConfigCodec.Decode(content), ObjectId.Of(content));
    }

    /// <summary>Opens with secrets that are known already; takes them over.</summary>
    internal static async Task<OpenedRepository> OpenAsync(
        IStorage storage,
        RepositoryConfig config,
        ObjectId repositoryId,
        AdministratorSecrets secrets,
        ObjectId? slot,
        CancellationToken cancellationToken)
    {
        KeyStore keys = await KeyStore.LoadAsync(storage, repositoryId, cancellationToken).ConfigureAwait(false);
        return Assemble(config, repositoryId, keys, secrets, slot, [.. keys.Problems]);
    }

    private static async Task<bool> HasObjectsAsync(IStorage storage, CancellationToken cancellationToken)
    {
        foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Snapshot, ObjectKind.Index, ObjectKind.Pack])
        {
            await foreach (ObjectInfo _ in storage.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tries the passphrase on every slot; a damaged one does not keep the others from opening.</summary>
    private static (AdministratorSecrets Secrets, ObjectId Slot) OpenSlot(
        KeyStore keys,
        RepositorySecret.Password password,
        List<SnapFsException> warnings,
        CancellationToken cancellationToken)
    {
        int tried = 0;
        foreach (KeyObject key in keys.Objects.Where(key => key.Kind == FormatKind.PassphraseSlot))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                PassphraseSlot slot = PassphraseSlotCodec.Decode(key.Content, key.Id, out int sealedOffset);
                tried++;
                AdministratorSecrets? secrets = PassphraseSlotCodec.TryOpen(
                    key.Content, slot, sealedOffset, password.Bytes);
                if (secrets is not null)
                {
                    return (secrets, key.Id);
                }
            }
            catch (InvalidEncodingException e)
            {
                warnings.Add(new DamagedException(key.Subject, e.Message, e));
            }
            catch (NewerFormatException e)
            {
                warnings.Add(e);
            }
        }

        // The passphrase may well be that of the slot that cannot be read.
        if (warnings.Count > 0)
        {
            throw warnings[0] is DamagedException damage
                ? new DamagedException(
                    damage.Subject, $"{damage.Finding}; the passphrase opens none of the intact slots", damage)
                : warnings[0];
        }

        throw new WrongKeyException(tried == 0
            ? "the repository has no passphrase slot: use a key file"
            : "wrong passphrase: it opens none of the repository's slots");
    }
}
