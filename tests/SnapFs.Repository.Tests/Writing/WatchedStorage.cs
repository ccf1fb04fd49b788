using SnapFs.Storage;

namespace SnapFs.Repository.Tests.Writing;

/// <summary>Counts what is read and put of the index, and can refuse to take it.</summary>
/// <param name="inner">The storage that holds the objects.</param>
internal sealed class WatchedStorage(IStorage inner) : IStorage
{
    /// <summary>Objects of the index that were read, as often as they were.</summary>
    internal List<ObjectName> Read { get; } = [];

    /// <summary>Bytes of them.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Bytes of the objects of the index that were put.</summary>
    internal long BytesPut { get; private set; }

    /// <summary>Objects of the index that are taken before all others are refused.</summary>
    internal int PutsLeft { get; set; } = int.MaxValue;

    public string Location => inner.Location;

    public string? LocalRoot => inner.LocalRoot;

    /// <summary>Begins to count anew.</summary>
    internal void Reset()
    {
        Read.Clear();
        BytesRead = 0;
        BytesPut = 0;
    }

    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (name.Kind == ObjectKind.Index)
        {
            if (PutsLeft-- <= 0)
            {
                throw new StorageUnavailableException($"{name} is refused", null, isTransient: false);
            }

            BytesPut += content.Length;
        }

        return inner.PutAsync(name, content, cancellationToken);
    }

    public async Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        byte[] content = await inner.GetAsync(name, maxLength, cancellationToken);
        if (name.Kind == ObjectKind.Index)
        {
            Read.Add(name);
            BytesRead += content.Length;
        }

        return content;
    }

    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.HealAsync(name, content, cancellationToken);

    public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReadAsync(name, offset, destination, cancellationToken);

    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(name, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, domain, prefix, cancellationToken);

    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) => inner.DeleteAsync(name, cancellationToken);

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
