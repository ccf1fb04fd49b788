namespace SnapFs.Storage;

/// <summary>Keeps immutable byte objects under names. Nothing here knows what a pack or a key is.</summary>
/// <remarks>
/// Every implementation passes <c>StorageContractTests</c>, which states the same rules as code:
/// a put is atomic (readers and crashes see all of it or none) and durable once its task completes;
/// a completed put is visible to every later call; what is stored is never replaced by other bytes.
/// An error of the storage is an error of the call, never an empty or a shorter answer. All members are safe for
/// concurrent use.
/// </remarks>
public interface IStorage : IAsyncDisposable
{
    /// <summary>Where this storage is, for people.</summary>
    string Location { get; }

    /// <summary>The directory of this machine that holds the objects, if there is one: a backup does not walk into it and
    /// a restore does not write there.</summary>
    string? LocalRoot { get; }

    /// <summary>Whether <see cref="ObjectInfo.ReceivedAt"/> is, or may be, by the clock of another machine.</summary>
    bool HasOtherClock => false;

    /// <summary>Creates an object. When it returns, exactly these bytes are stored under the name, durably; whether an
    /// earlier try of the same put or another machine brought them does not matter.</summary>
    /// <exception cref="ObjectExistsException">The name is taken by other bytes, which stay.</exception>
    /// <exception cref="StorageFullException">There is no room; nothing of the object is left behind.</exception>
    /// <exception cref="StorageUnavailableException">Transient: the whole put may be repeated.</exception>
    Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes good an object whose name is the SHA-256 of its bytes: puts it if it is missing, replaces it if what
    /// is stored does not have that hash, and leaves it alone otherwise.</summary>
    /// <returns>Whether anything had to be stored.</returns>
    /// <exception cref="ArgumentException">The name is not the hash of <paramref name="content"/>.</exception>
    /// <exception cref="StorageFullException">There is no room; what was there is there still.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or refuses.</exception>
    Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Fills all of <paramref name="destination"/> from byte <paramref name="offset"/>; never a short read. It may wait on the
    /// caller's thread, and then cannot be given up.
    /// </summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="ObjectTruncatedException">The object ends before the range does.</exception>
    /// <exception cref="ObjectUnreadableException">Something else than an object has its place.</exception>
    /// <exception cref="ObjectReadException">This object cannot be read; others can.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached or failed to read.</exception>
    Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Fills all ranges from one object, in as few requests as the storage can. When it throws, what the
    /// destinations hold is undefined.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    async Task ReadRangesAsync(
        ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        foreach (ReadRange range in ranges)
        {
            await ReadAsync(name, range.Offset, range.Destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a whole object.</summary>
    /// <param name="name">The object.</param>
    /// <param name="maxLength">The most bytes that the caller is ready to take: what is stored is not trusted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="ObjectTooLargeException">The object is longer than <paramref name="maxLength"/>.</exception>
    /// <exception cref="ObjectUnreadableException">Something else than an object has its place.</exception>
    /// <exception cref="ObjectReadException">This object cannot be read; others can.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached or failed to read.</exception>
    Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken);

    /// <summary>Returns the stored size of an object, bytes.</summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="ObjectUnreadableException">Something else than an object has its place.</exception>
    /// <exception cref="StorageUnavailableException">The storage could not be reached.</exception>
    Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken);

    /// <summary>Lists the objects of a kind that are of one domain and whose ids begin with some digits, each exactly once, in no
    /// particular order. What lies in the folders of a repository without being named like an object of it is skipped; what is named
    /// like one is listed, whatever it is.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="domain">The domain; empty for all.</param>
    /// <param name="prefix">The digits; empty for all ids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or a part of it not listed. What
    /// was listed before is not all there is.</exception>
    IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken);

    /// <summary>Removes an object, durably. Removing a missing object succeeds, so a retry is harmless.</summary>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or refuses.</exception>
    Task DeleteAsync(ObjectName name, CancellationToken cancellationToken);

    /// <summary>The time by the clock that <see cref="ObjectInfo.ReceivedAt"/> is taken from, which may be that of another
    /// machine.</summary>
    /// <exception cref="StorageUnavailableException">The storage could not be reached, or refuses.</exception>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);
}
