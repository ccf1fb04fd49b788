using System.Runtime.CompilerServices;
using SnapFs.Storage;

namespace SnapFs.Testing;

/// <summary>
/// Passes calls on to another storage; from one of them on it does not answer until <see cref="Release"/>, like a server
/// that is gone. Whoever gives a call up gets away.
/// </summary>
/// <param name="inner">The storage that holds the objects; it is not disposed.</param>
/// <param name="hangCall">From which call on it hangs, counted from 0; a listing is one call.</param>
public sealed class HangingStorage(IStorage inner, int hangCall = 0) : IStorage
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _hanging;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <summary>How many calls were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many calls wait now.</summary>
    public int Hanging => Volatile.Read(ref _hanging);

    /// <summary>Lets all calls go on, those that wait and those to come.</summary>
    public void Release() => _released.TrySetResult();

    /// <inheritdoc/>
    public async Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        await inner.PutAsync(name, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await inner.HealAsync(name, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        await inner.ReadAsync(name, offset, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await inner.GetAsync(name, maxLength, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await inner.GetLengthAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken))
        {
            yield return info;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        await inner.DeleteAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await inner.GetTimeAsync(cancellationToken);
    }

    /// <summary>Leaves the inner storage open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) - 1 < hangCall)
        {
            return;
        }

        Interlocked.Increment(ref _hanging);
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }
}
