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
    private readonly AdministratorKeys _administrator;
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
        _administrator = repository.Keys.Administrator
            ?? throw new WrongKeyException(
                "keys are managed with an administrator's passphrase or key, not an agent's");
    }

    /// <summary>The passphrase slots, oldest first. Damaged ones are in <see cref="OpenedRepository.Warnings"/>.</summary>
    public async Task<IReadOnlyList<PassphraseSlot>> ListAsync(CancellationToken cancellationToken)
    {
        KeyStore keys = await KeyStore.LoadAsync(_storage, _repository.RepositoryId, cancellationToken)
            .ConfigureAwait(false);
        List<PassphraseSlot> slots = [];
        foreach (KeyObject key in keys.Objects.Where(key => key.Kind == FormatKind.PassphraseSlot))
        {
            try
            {
                slots.Add(PassphraseSlotCodec.Decode(key.Content, key.Id, out _));
            }
            catch (InvalidEncodingException e)
            {
                throw new DamagedException(key.Subject, e.Message, e);
            }
        }

        return [.. slots.OrderBy(slot => slot.Created).ThenBy(slot => slot.Id.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Adds a passphrase.</summary>
    /// <param name="password">The new passphrase.</param>
    /// <param name="label">What the slot is called; anyone can read it.</param>
    /// <param name="parameters">What trying a passphrase costs.</param>
    /// <param name="cancellationToken">Gives up before the slot is stored.</param>
    /// <returns>The name of the slot.</returns>
    public async Task<ObjectId> AddAsync(
        RepositorySecret.Password password,
        string label,
        Argon2Parameters parameters,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        byte[] content = PassphraseSlotCodec.Create(
            _repository.RepositoryId, password.Bytes, label, parameters, _clock.GetUtcNow(), _administrator.Secrets);
        ObjectId id = ObjectId.Of(content);
        await _storage.PutAsync(KeyNames.StorageName(id), content, cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Removes a passphrase, or a slot that does not decode.</summary>
    /// <remarks>Who knows it and kept a copy of the slot can still open what was stored so far.</remarks>
    /// <exception cref="LastSlotException">No other passphrase would be left.</exception>
    public async Task RemoveAsync(ObjectId slot, CancellationToken cancellationToken)
    {
        KeyStore keys = await KeyStore.LoadAsync(_storage, _repository.RepositoryId, cancellationToken)
            .ConfigureAwait(false);
        KeyObject[] slots = [.. keys.Objects.Where(key => key.Kind == FormatKind.PassphraseSlot)];
        if (!slots.Any(other => other.Id == slot))
        {
            throw new SlotNotFoundException(slot.ToString());
        }

        if (!slots.Any(other => other.Id != slot && Decodes(other)))
        {
            throw new LastSlotException();
        }

        await _storage.DeleteAsync(KeyNames.StorageName(slot), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces a passphrase: the new slot is stored before the old one is removed, so that there is always one
    /// that opens.</summary>
    /// <returns>The name of the new slot.</returns>
    public async Task<ObjectId> ChangeAsync(
        ObjectId oldSlot,
        RepositorySecret.Password password,
        Argon2Parameters parameters,
        CancellationToken cancellationToken)
    {
        PassphraseSlot old = (await ListAsync(cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(slot => slot.Id == oldSlot) ?? throw new SlotNotFoundException(oldSlot.ToString());
        ObjectId added = await AddAsync(password, old.Label, parameters, cancellationToken).ConfigureAwait(false);
        await _storage.DeleteAsync(KeyNames.StorageName(oldSlot), cancellationToken).ConfigureAwait(false);
        return added;
    }

    /// <summary>Finds a slot by its label or by the first 8 or more digits of its name.</summary>
    /// <exception cref="SlotNotFoundException">None matches, or more than one does.</exception>
    public async Task<PassphraseSlot> FindAsync(string labelOrPrefix, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelOrPrefix);
        PassphraseSlot[] found =
        [
            .. (await ListAsync(cancellationToken).ConfigureAwait(false)).Where(slot => slot.Label == labelOrPrefix
                || (labelOrPrefix.Length >= 8
                    && slot.Id.ToString().StartsWith(labelOrPrefix, StringComparison.Ordinal))),
        ];
        return found is [PassphraseSlot single] ? single : throw new SlotNotFoundException(labelOrPrefix);
    }

    /// <summary>A key that opens the repository without a passphrase; the caller disposes of it.</summary>
    public KeyFile Export() => new(_repository.RepositoryId, _administrator.Secrets.Copy());

    private static bool Decodes(KeyObject slot)
    {
        try
        {
            PassphraseSlotCodec.Decode(slot.Content, slot.Id, out _);
            return true;
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            return false;
        }
    }
}
