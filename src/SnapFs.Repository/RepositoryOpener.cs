using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository;

/// <summary>Opens a repository: its config, then the keys that a passphrase or key file gives access to.</summary>
public static class RepositoryOpener
{
    /// <summary>Passphrases are tried on this many slots of a config: nobody can make a machine derive keys for hours.</summary>
    private const int MaxSlots = 64;

    /// <summary>Opens a repository.</summary>
    /// <param name="storage">Where it lies; not owned by the result.</param>
    /// <param name="secret">Not kept; the caller disposes of it.</param>
    /// <param name="cancellationToken">Gives up. One derivation of a key from a passphrase is not interrupted.</param>
    /// <exception cref="NoRepositoryException">There is none.</exception>
    /// <exception cref="WrongKeyException">The secret opens nothing.</exception>
    /// <exception cref="DamagedException">An object that is needed is damaged.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote an object that is needed.</exception>
    public static async Task<OpenedRepository> OpenAsync(
        IStorage storage, RepositorySecret secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(secret);
        ObjectId? wanted = secret is RepositorySecret.FromKeyFile { Key: KeyFile file } ? file.RepositoryId : null;
        List<Candidate> candidates = [];
        SnapFsException? problem = null;
        foreach ((ObjectId id, RepositoryConfig config) in await RepositoryConfigs.FindAsync(storage, wanted, cancellationToken)
            .ConfigureAwait(false))
        {
            try
            {
                candidates.Add(new Candidate(id, config, await KeyStore.LoadAsync(
                    storage, id, config.RootPublicKey, cancellationToken).ConfigureAwait(false)));
            }
            catch (NewerFormatException e)
            {
                problem ??= e;
            }
        }

        return secret switch
        {
            _ when candidates.Count == 0 => throw problem!, // none was there, or could be looked at
            RepositorySecret.Password password => OpenSlot(candidates, password, cancellationToken),
            RepositorySecret.FromKeyFile { Key: KeyFile key } => candidates[0].Open(key.ToIdentity(), null),
            _ => throw new ArgumentException("not a kind of secret", nameof(secret)),
        };
    }

    /// <summary>Opens with an identity that is known already; takes it over.</summary>
    internal static async Task<OpenedRepository> OpenAsync(
        IStorage storage,
        RepositoryConfig config,
        ObjectId id,
        Identity identity,
        ObjectId? slot,
        CancellationToken cancellationToken)
    {
        KeyStore keys = await KeyStore.LoadAsync(storage, id, config.RootPublicKey, cancellationToken).ConfigureAwait(false);
        return new KeyAssembly(config, id, keys).Open(identity, slot);
    }

    /// <summary>Tries the passphrase on the slots, the cheapest first; one that does not open keeps no other from it.</summary>
    private static OpenedRepository OpenSlot(
        List<Candidate> candidates, RepositorySecret.Password password, CancellationToken cancellationToken)
    {
        SnapFsException? problem = null;
        List<(Slot Slot, Candidate Candidate)> slots = [];
        foreach (Candidate candidate in candidates)
        {
            foreach (KeyObject key in candidate.Keys.OfKind(FormatKind.Slot))
            {
                try
                {
                    slots.Add((Slot.Decode(key), candidate));
                }
                catch (InvalidEncodingException e)
                {
                    problem ??= new DamagedException(key.Subject, e.Message, e);
                }
            }
        }

        foreach ((Slot slot, Candidate candidate) in slots
            .GroupBy(entry => entry.Candidate)
            .SelectMany(ofOne => ofOne.OrderBy(entry => CostOf(entry.Slot)).Take(MaxSlots))
            .OrderBy(entry => CostOf(entry.Slot))
            .ThenBy(entry => entry.Slot.Id.ToString(), StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (slot.TryOpen(password) is Identity identity)
                {
                    return candidate.Open(identity, slot.Id);
                }
            }
            catch (PasswordMemoryException e)
            {
                problem ??= e;
            }
            catch (InvalidEncodingException e)
            {
                problem ??= new DamagedException(KeyNames.Of(slot.Id), e.Message, e);
            }
        }

        // The passphrase may well be that of the slot that cannot be read, or that does not count since what made it count is lost.
        problem ??= candidates.SelectMany(candidate => candidate.Keys.Problems).FirstOrDefault();
        if (problem is null && candidates.TrueForAll(candidate => candidate.Keys.Epoch is null))
        {
            throw KeyAssembly.NoEpoch();
        }

        throw problem switch
        {
            DamagedException damage => new DamagedException(
                damage.Subject, $"{damage.Finding}; the passphrase opens none of the intact slots", damage),
            not null => problem,
            null when slots.Count == 0 => new WrongKeyException("the repository has no passphrase: use a key file"),
            null => new WrongKeyException("wrong passphrase: it opens nothing in the repository") { MayBeMistyped = true },
        };
    }

    private static ulong CostOf(Slot slot) => (ulong)slot.Parameters.MemoryKiB * slot.Parameters.Passes;

    /// <summary>A repository that may be the one that is meant.</summary>
    private sealed record Candidate(ObjectId Id, RepositoryConfig Config, KeyStore Keys)
    {
        internal OpenedRepository Open(Identity identity, ObjectId? slot) =>
            new KeyAssembly(Config, Id, Keys).Open(identity, slot);
    }
}
