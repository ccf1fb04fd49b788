using SnapFs.Objects;

namespace SnapFs.Storage;

/// <summary>What every storage can do because of what it promises.</summary>
public static class StorageExtensions
{
    /// <summary>The same storage, which tells what objects are stored and removed in it.</summary>
    /// <param name="inner">The storage; it is disposed of with the result.</param>
    /// <param name="stored">Told an object once it is stored; from any thread.</param>
    /// <param name="removed">Told an object once it is gone; from any thread.</param>
    public static IStorage Watched(this IStorage inner, Action<ObjectName> stored, Action<ObjectName> removed) =>
        new WatchedStorage(inner, stored, removed);

    /// <summary>Lists all objects of a kind.</summary>
    /// <inheritdoc cref="IStorage.ListAsync" path="/exception"/>
    public static IAsyncEnumerable<ObjectInfo> ListAsync(
        this IStorage storage, ObjectKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return storage.ListAsync(kind, string.Empty, string.Empty, cancellationToken);
    }

    /// <summary>Lists all objects of a kind and domain.</summary>
    /// <inheritdoc cref="IStorage.ListAsync" path="/exception"/>
    public static IAsyncEnumerable<ObjectInfo> ListAsync(
        this IStorage storage, ObjectKind kind, string domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return storage.ListAsync(kind, domain, string.Empty, cancellationToken);
    }

    /// <summary>Lists all objects of a kind and domain, those in front that the storage received first.</summary>
    /// <inheritdoc cref="IStorage.ListAsync" path="/exception"/>
    public static async Task<List<ObjectInfo>> ListOldestFirstAsync(
        this IStorage storage, ObjectKind kind, string domain, CancellationToken cancellationToken)
    {
        List<ObjectInfo> listed = await storage.ListAsync(kind, domain, cancellationToken).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        listed.Sort((left, right) => (left.ReceivedAt, left.Name.Id).CompareTo((right.ReceivedAt, right.Name.Id)));
        return listed;
    }

    /// <summary>Reads an object whose name is the SHA-256 of its bytes.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="name">The object.</param>
    /// <param name="maxLength">The most bytes that the caller is ready to take.</param>
    /// <param name="finding">What to say where the bytes are others, without a full stop.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DamagedException">The bytes are others.</exception>
    /// <inheritdoc cref="IStorage.GetAsync" path="/exception"/>
    public static async Task<byte[]> GetHashedAsync(
        this IStorage storage, ObjectName name, int maxLength, string finding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        byte[] content = await storage.GetAsync(name, maxLength, cancellationToken).ConfigureAwait(false);
        return ObjectId.Of(content) == name.Hash ? content : throw new DamagedException(name.RelativePath, finding);
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
