namespace SnapFs.Storage;

/// <summary>What every storage can do because of what it promises.</summary>
public static class StorageExtensions
{
    /// <summary>Lists all objects of a kind.</summary>
    /// <inheritdoc cref="IStorage.ListAsync" path="/exception"/>
    public static IAsyncEnumerable<ObjectInfo> ListAsync(
        this IStorage storage, ObjectKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return storage.ListAsync(kind, string.Empty, string.Empty, cancellationToken);
    }

    /// <summary>Puts an object whose name is the SHA-256 of its bytes. Damaged bytes that have the name are replaced.</summary>
    /// <param name="storage">Where to.</param>
    /// <param name="name">The object.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancellationToken">Gives up; the object may or may not be there then.</param>
    /// <exception cref="StorageFullException">There is no room.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or refuses.</exception>
    public static async Task PutHashedAsync(
        this IStorage storage, ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        try
        {
            await storage.PutAsync(name, content, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectExistsException)
        {
            await storage.HealAsync(name, content, cancellationToken).ConfigureAwait(false);
        }
    }
}
