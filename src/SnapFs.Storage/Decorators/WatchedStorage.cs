namespace SnapFs.Storage;

/// <inheritdoc cref="StorageExtensions.Watched"/>
internal sealed class WatchedStorage(IStorage inner, Action<ObjectName> stored, Action<ObjectName> removed) : IStorage
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <inheritdoc/>
    public async Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await inner.PutAsync(name, content, cancellationToken).ConfigureAwait(false);
        stored(name);
    }

    /// <inheritdoc/>
    public async Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        bool isStored = await inner.HealAsync(name, content, cancellationToken).ConfigureAwait(false);
        if (isStored)
        {
            stored(name);
        }

        return isStored;
    }

    /// <inheritdoc/>
    public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReadAsync(name, offset, destination, cancellationToken);

    /// <inheritdoc/>
    public Task ReadRangesAsync(ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken) =>
        inner.ReadRangesAsync(name, ranges, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
        inner.GetAsync(name, maxLength, cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(name, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, domain, prefix, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        await inner.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        removed(name);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
