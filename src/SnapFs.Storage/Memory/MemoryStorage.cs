using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace SnapFs.Storage;

/// <summary>Keeps objects in memory: for tests, and to try out what a repository would hold.</summary>
public sealed class MemoryStorage : IStorage
{
    private readonly ConcurrentDictionary<ObjectName, Entry> _objects = new();
    private readonly TimeProvider _clock;

    /// <summary>Makes an empty storage.</summary>
    /// <param name="clock">Gives the received times; the system's if null.</param>
    public MemoryStorage(TimeProvider? clock = null) => _clock = clock ?? TimeProvider.System;

    private sealed record Entry(byte[] Content, DateTimeOffset ReceivedAt);

    /// <inheritdoc/>
    public string Location => "memory";

    /// <inheritdoc/>
    public string? LocalRoot => null;

    /// <inheritdoc/>
    public bool HasOtherClock => _clock != TimeProvider.System;

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Entry stored = _objects.GetOrAdd(name, _ => EntryOf(content));
        return stored.Content.AsSpan().SequenceEqual(content.Span)
            ? Task.CompletedTask
            : Task.FromException(new ObjectExistsException(name));
    }

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectHash.RequireNamed(name, content.Span);
        cancellationToken.ThrowIfCancellationRequested();
        if (_objects.TryGetValue(name, out Entry? stored) && stored.Content.AsSpan().SequenceEqual(content.Span))
        {
            return Task.FromResult(false);
        }

        _objects[name] = EntryOf(content);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (!_objects.TryGetValue(name, out Entry? entry))
        {
            return Task.FromException(new ObjectNotFoundException(name));
        }

        byte[] content = entry.Content;
        if (offset > content.Length || content.Length - offset < destination.Length)
        {
            return Task.FromException(
                new ObjectTruncatedException(name, offset, destination.Length, content.Length));
        }

        content.AsSpan((int)offset, destination.Length).CopyTo(destination.Span);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        if (!_objects.TryGetValue(name, out Entry? entry))
        {
            return Task.FromException<byte[]>(new ObjectNotFoundException(name));
        }

        return entry.Content.Length > maxLength
            ? Task.FromException<byte[]>(new ObjectTooLargeException(name, entry.Content.Length, maxLength))
            : Task.FromResult(entry.Content.AsSpan().ToArray());
    }

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _objects.TryGetValue(name, out Entry? entry)
            ? Task.FromResult(entry.Content.LongLength)
            : Task.FromException<long>(new ObjectNotFoundException(name));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false); // an iterator of this type must await something
        foreach ((ObjectName name, Entry entry) in _objects.ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.Kind == kind
                && (domain.Length == 0 || name.Domain == domain)
                && name.Id.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return new ObjectInfo(name, entry.Content.Length, entry.ReceivedAt);
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _objects.TryRemove(name, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_clock.GetUtcNow());
    }

    /// <summary>Does nothing: the objects stay, so that a test can look at them through the same instance.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Entry EntryOf(ReadOnlyMemory<byte> content) => new(content.ToArray(), _clock.GetUtcNow());
}
