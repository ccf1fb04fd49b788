namespace SnapFs.Storage;

/// <summary>Opens the storage that an address names. Nothing above this project knows which kinds there are.</summary>
public static class StorageRegistry
{
    /// <summary>How long one call may take: more than a server needs to start again, or a slow stick for a pack.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(10);

    /// <summary>Opens a storage that is there.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageNotFoundException">There is nothing at the address.</exception>
    /// <exception cref="StorageUnavailableException">There is something, and it cannot be opened.</exception>
    public static Task<IStorage> OpenAsync(StorageAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return OpenAsync(() => LocalStorage.Open(address), cancellationToken);
    }

    /// <summary>Makes an empty storage for a new repository and opens it.</summary>
    /// <param name="address">Where it shall be: an empty place, or one that is not there yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">It cannot be made, or the place is not empty.</exception>
    public static Task<IStorage> CreateAsync(StorageAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return OpenAsync(() => LocalStorage.Create(address), cancellationToken);
    }

    /// <summary>Whether there is a storage at an address that holds a repository, that is a config, also one of a preview.</summary>
    /// <param name="address">Where to look.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">There is something, and it cannot be looked at.</exception>
    public static async Task<bool> HoldsRepositoryAsync(StorageAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await using IStorage storage = await OpenAsync(address, cancellationToken).ConfigureAwait(false);
            foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Config, ObjectKind.PreviewConfig])
            {
                await foreach (ObjectInfo _ in storage.ListAsync(kind, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }
        }
        catch (StorageNotFoundException)
        {
            // Then it holds none.
        }

        return false;
    }

    private static async Task<IStorage> OpenAsync(Func<LocalStorage> open, CancellationToken cancellationToken)
    {
        LocalStorage storage = await BlockingCalls.RunAsync(open, cancellationToken).ConfigureAwait(false);
        return new RetryStorage(
            new TimeLimitStorage(storage, TimeLimit, TimeProvider.System), TimeProvider.System);
    }
}
