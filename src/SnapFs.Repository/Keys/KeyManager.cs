using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Keys;

/// <summary>Adds, changes, removes and lists passphrases, and exports keys: <c>snapfs key</c>.</summary>
public sealed class KeyManager
{
    private readonly IStorage _storage;
    private readonly OpenedRepository _repository;
    private readonly AdministratorSecrets _authority;
    private readonly TimeProvider _clock;

    /// <param name="storage">The repository.</param>
    /// <param name="repository">Opened by an administrator.</param>
    /// <param name="clock">Gives the time that new slots record; the system's if null.</param>
    /// <exception cref="WrongKeyException">An agent's key opened the repository.</exception>
    public KeyManager(IStorage storage, OpenedRepository repository, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(repository);
        _storage = storage;
        _repository = repository;
        _clock = clock ?? TimeProvider.System;
        _authority = repository.Keys.Administrator
            ?? throw new WrongKeyException(
                "keys are managed with an administrator's passphrase or key, not an agent's");
    }

    private Identity Administrator => _repository.Keys.Identity;

    /// <summary>The passphrase slots, oldest first. What is no slot of this repository is not among them; <c>check</c> names it.
    /// </summary>
    public async Task<IReadOnlyList<Slot>> ListAsync(CancellationToken cancellationToken) =>
        SlotsIn(await LoadAsync(cancellationToken).ConfigureAwait(false));

    private Task<KeyStore> LoadAsync(CancellationToken cancellationToken) => KeyStore.LoadAsync(
        _storage, _repository.RepositoryId, _repository.Config.RootPublicKey, cancellationToken);

    private static IReadOnlyList<Slot> SlotsIn(KeyStore keys)
    {
        List<Slot> slots = [];
        foreach (KeyObject key in keys.OfKind(FormatKind.Slot))
        {
            try
            {
                slots.Add(Slot.Decode(key));
            }
            catch (InvalidEncodingException e)
            {
                throw new DamagedException(key.Subject, e.Message, e);
            }
        }

        return [.. slots.OrderBy(slot => slot.Created).ThenBy(slot => slot.Id.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Adds a passphrase for the administrator who opened the repository.</summary>
    /// <param name="password">The new passphrase.</param>
    /// <param name="label">What the slot is called; anyone can read it.</param>
    /// <param name="parameters">What trying a passphrase costs.</param>
    /// <param name="cancellationToken">Gives up before the slot is stored.</param>
    /// <returns>The name of the slot.</returns>
    public Task<ObjectId> AddAsync(
        RepositorySecret.Password password,
        string label,
        Argon2Parameters parameters,
        CancellationToken cancellationToken) =>
        PutAsync(password, label, parameters, [], cancellationToken);

    /// <summary>Removes a passphrase: the administrator who removes it says so in an object that counts, which holds also where
    /// nothing can be removed, or somebody puts the slot back.</summary>
    /// <remarks>Who knows it and kept a copy of the slot has the secret in it all the same.</remarks>
    /// <exception cref="LastSlotException">No other passphrase would be left.</exception>
    public async Task RemoveAsync(ObjectId slot, CancellationToken cancellationToken)
    {
        KeyStore keys = await LoadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Slot> slots = SlotsIn(keys);
        if (!slots.Any(other => other.Id == slot))
        {
            throw new SlotNotFoundException(slot.ToString());
        }

        if (slots.Count == 1)
        {
            throw new LastSlotException();
        }

        KeyObject[] own = [.. keys.OfKind(FormatKind.Administrator)
            .Where(key => key.TryDecode(AdministratorObject.Decode)?.Signer == Administrator.Signer)];
        string name = own.Length > 0 ? AdministratorObject.Decode(own[0]).Name : string.Empty;
        AdministratorObject self = new(Administrator.PublicKey.ToArray(), Administrator.RecipientKey.ToArray(), name);
        byte[] content = self.Encode(
            _repository.RepositoryId,
            _clock.GetUtcNow(),
            _authority,
            [slot, .. ReplacedBy(keys, slot), .. own.Select(key => key.Id), .. own.SelectMany(key => key.Replaced)]);
        await _storage.PutHashedAsync(KeyNames.StorageName(ObjectId.Of(content)), content, cancellationToken).ConfigureAwait(false);
        await DeleteReplacedAsync([slot, .. own.Select(key => key.Id)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces a passphrase: the new slot says that the old one does not count any more, which holds also where nothing
    /// can be removed.</summary>
    /// <returns>The name of the new slot.</returns>
    /// <exception cref="WrongKeyException">The slot is another administrator's, who alone can change it.</exception>
    public async Task<ObjectId> ChangeAsync(
        ObjectId oldSlot,
        RepositorySecret.Password password,
        Argon2Parameters parameters,
        CancellationToken cancellationToken)
    {
        KeyStore keys = await LoadAsync(cancellationToken).ConfigureAwait(false);
        Slot old = SlotsIn(keys)
            .FirstOrDefault(slot => slot.Id == oldSlot) ?? throw new SlotNotFoundException(oldSlot.ToString());
        if (old.Recipient != Administrator.Recipient)
        {
            throw new WrongKeyException("this passphrase is another administrator's, who alone can change it");
        }

        ObjectId added = await PutAsync(
            password, old.Label, parameters, [oldSlot, .. ReplacedBy(keys, oldSlot)], cancellationToken).ConfigureAwait(false);
        await DeleteReplacedAsync([oldSlot], cancellationToken).ConfigureAwait(false);
        return added;
    }

    /// <summary>What an object replaces, which whatever replaces it has to say too: it may be gone itself while a copy brings those
    /// back.</summary>
    private static IReadOnlyList<ObjectId> ReplacedBy(KeyStore keys, ObjectId name) =>
        keys.Objects.FirstOrDefault(key => key.Id == name)?.Replaced ?? [];

    private async Task DeleteReplacedAsync(IEnumerable<ObjectId> names, CancellationToken cancellationToken)
    {
        foreach (ObjectId name in names)
        {
            try
            {
                await _storage.DeleteAsync(KeyNames.StorageName(name), cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException)
            {
                // It does not count any more, and only takes room.
            }
        }
    }

    /// <summary>Finds a slot by its label or by the first 8 or more digits of its name.</summary>
    /// <exception cref="SlotNotFoundException">None matches, or more than one does.</exception>
    public async Task<Slot> FindAsync(string labelOrPrefix, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelOrPrefix);
        Slot[] found =
        [
            .. (await ListAsync(cancellationToken).ConfigureAwait(false)).Where(slot => slot.Label == labelOrPrefix
                || (labelOrPrefix.Length >= 8
                    && slot.Id.ToString().StartsWith(labelOrPrefix, StringComparison.Ordinal))),
        ];
        return found is [Slot single] ? single : throw new SlotNotFoundException(labelOrPrefix);
    }

    /// <summary>A key that opens the repository without a passphrase, as the administrator who opened it now; the caller
    /// disposes of it.</summary>
    public KeyFile Export() => new(_repository.RepositoryId, _repository.Keys.Role, Administrator.Secret);

    /// <summary>The root's key, which opens the repository in every epoch, if it is kept with the administrator's secrets; the
    /// administrator's otherwise. The caller disposes of it.</summary>
    public KeyFile ExportForPaper() => _authority.HasRoot
        ? new KeyFile(_repository.RepositoryId, KeyRole.Root, _authority.RootSecret)
        : Export();

    private async Task<ObjectId> PutAsync(
        RepositorySecret.Password password,
        string label,
        Argon2Parameters parameters,
        IReadOnlyCollection<ObjectId> replaced,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        byte[] content = Slot.Create(
            _repository.RepositoryId, Administrator, password, label, parameters, _clock.GetUtcNow(), _authority, replaced);
        ObjectId id = ObjectId.Of(content);
        await _storage.PutHashedAsync(KeyNames.StorageName(id), content, cancellationToken).ConfigureAwait(false);
        return id;
    }
}
