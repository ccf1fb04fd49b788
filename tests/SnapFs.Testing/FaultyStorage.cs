using System.Runtime.CompilerServices;
using SnapFs.Storage;

namespace SnapFs.Testing;

/// <summary>
/// Passes calls on to another storage and fails one of them. A loop over <c>failCall</c> 0, 1, 2… ends when
/// <see cref="FaultHit"/> stays false: then every call has been failed once.
/// </summary>
/// <param name="inner">The storage that holds the objects; it is not disposed.</param>
/// <param name="failCall">Which call fails, counted from 0; a listing is one call.</param>
/// <param name="mode">Whether the call is done all the same.</param>
/// <param name="staysDown">Whether every later call fails too, as after a crash or a lost connection.</param>
/// <param name="isTransient">Whether the error says that trying again may help.</param>
public sealed class FaultyStorage(
    IStorage inner, int failCall, FaultMode mode = FaultMode.Before, bool staysDown = false, bool isTransient = true)
    : IStorage
{
    private int _calls;
    private volatile bool _faultHit;

    /// <summary>Whether the fault has struck.</summary>
    public bool FaultHit => _faultHit;

    /// <summary>How many calls were made, the failed ones included.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CallAsync($"heal {name}", () => inner.HealAsync(name, content, cancellationToken));

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        CallAsync("time", () => inner.GetTimeAsync(cancellationToken));

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CallAsync($"put {name}", async () =>
        {
            await inner.PutAsync(name, content, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        CallAsync($"read {name}", async () =>
        {
            await inner.ReadAsync(name, offset, destination, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
        CallAsync($"get {name}", () => inner.GetAsync(name, maxLength, cancellationToken));

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        CallAsync($"length of {name}", () => inner.GetLengthAsync(name, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool failAtEnd = Strikes($"list {kind}");
        await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken))
        {
            yield return info;
        }

        if (failAtEnd)
        {
            throw Fault($"list {kind}");
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
        CallAsync($"delete {name}", async () =>
        {
            await inner.DeleteAsync(name, cancellationToken);
            return true;
        });

    /// <summary>Leaves the inner storage open: what it holds after the fault is what a test looks at.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> CallAsync<T>(string what, Func<Task<T>> call)
    {
        bool failAfter = Strikes(what);
        T result = await call();
        return failAfter ? throw Fault(what) : result;
    }

    /// <summary>Counts a call. Throws if it is to fail before it is done; true if it is to fail afterwards.</summary>
    private bool Strikes(string what)
    {
        int call = Interlocked.Increment(ref _calls) - 1;
        if (call == failCall)
        {
            _faultHit = true;
            return mode == FaultMode.After ? true : throw Fault(what);
        }

        return staysDown && call > failCall ? throw Fault(what) : false;
    }

    private StorageUnavailableException Fault(string what) =>
        new($"injected fault at call {failCall}: {what}", null, isTransient);
}
