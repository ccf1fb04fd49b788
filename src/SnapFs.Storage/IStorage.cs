namespace SnapFs.Storage;

/// <summary>Keeps immutable byte objects under names. Nothing here knows what a pack or a key is.</summary>
/// <remarks>
/// Every implementation passes <c>StorageContractTests</c>, which states the same rules as code:
/// a put is atomic (readers and crashes see all of it or none) and durable once its task completes;
/// a completed put is visible to every later call. All members are safe for concurrent use.
/// </remarks>
public interface IStorage : IAsyncDisposable
{
    /// <summary>Creates an object. An existing object is never changed.</summary>
    /// <exception cref="ObjectExistsException">The name is taken, perhaps by an earlier try of this put.</exception>
    /// <exception cref="StorageFullException">There is no room; nothing of the object is left behind.</exception>
    /// <exception cref="StorageUnavailableException">Transient: the whole put may be repeated.</exception>
    Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Fills all of <paramref name="destination"/> from byte <paramref name="offset"/>; never a short read.
    /// </summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="ObjectTruncatedException">The object ends before the range does.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached or failed to read.</exception>
    Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Reads a whole object.</summary>
    /// <param name="name">The object.</param>
    /// <param name="maxLength">The most bytes that the caller is ready to take: what is stored is not trusted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="ObjectTooLargeException">The object is longer than <paramref name="maxLength"/>.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached or failed to read.</exception>
    Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken);

    /// <summary>Returns the stored size of an object, bytes.</summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached.</exception>
    Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken);

    /// <summary>Lists each object of a kind exactly once, in no particular order. What lies in the folders of a repository
    /// without being named like an object of it is skipped.</summary>
    /// <exception cref="StorageUnavailableException">The storage could not be reached.</exception>
    IAsyncEnumerable<ObjectInfo> ListAsync(ObjectKind kind, CancellationToken cancellationToken);

    /// <summary>Removes an object. Removing a missing object succeeds, so a retry is harmless.</summary>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or refuses.</exception>
    Task DeleteAsync(ObjectName name, CancellationToken cancellationToken);
}
