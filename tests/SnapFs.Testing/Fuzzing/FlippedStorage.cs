using System.Runtime.CompilerServices;
using SnapFs.Storage;

namespace SnapFs.Testing.Fuzzing;

/// <summary>Shows another storage with one byte of one object changed, as a disk does that rots.</summary>
/// <param name="inner">The storage that holds the objects; it is not disposed.</param>
/// <param name="name">The object with the wrong byte.</param>
/// <param name="offset">Where it is.</param>
/// <param name="mask">The bits of it that are other ones.</param>
public sealed class FlippedStorage(IStorage inner, ObjectName name, long offset, byte mask) : IStorage
{
    private int _reads;

    /// <summary>Whether the wrong byte was read.</summary>
    public bool WasRead => Volatile.Read(ref _reads) > 0;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.HealAsync(name, content, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.PutAsync(name, content, cancellationToken);

    /// <inheritdoc/>
    public async Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await inner.ReadAsync(name, offset, destination, cancellationToken);
        Flip(name, offset, destination.Span);
    }

    /// <inheritdoc/>
    public async Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        byte[] content = await inner.GetAsync(name, maxLength, cancellationToken);
        Flip(name, 0, content);
        return content;
    }

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken))
        {
            yield return info;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    /// <summary>Leaves the inner storage open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Flip(ObjectName read, long start, Span<byte> bytes)
    {
        long at = offset - start;
        if (read == name && at >= 0 && at < bytes.Length)
        {
            bytes[(int)at] ^= mask;
            Interlocked.Increment(ref _reads);
        }
    }
}
