using System.Runtime.CompilerServices;

namespace SnapFs.Storage;

/// <summary>Gives up on calls that a storage does not answer: a server that is gone, a disk that does not come back.</summary>
/// <remarks>A storage that answers on the caller's thread (<see cref="LocalStorage"/>, where it reads) cannot be given up.</remarks>
/// <param name="inner">The storage; it is disposed of with this one.</param>
/// <param name="limit">How long one call may take, of a listing the wait for one object.</param>
/// <param name="clock">Measures it.</param>
internal sealed class TimeLimitStorage(IStorage inner, TimeSpan limit, TimeProvider clock) : IStorage
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.PutAsync(name, content, token), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.HealAsync(name, content, token), cancellationToken);

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.ReadAsync(name, offset, destination, token), cancellationToken);

    /// <inheritdoc/>
    public Task ReadRangesAsync(
        ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.ReadRangesAsync(name, ranges, token), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.GetAsync(name, maxLength, token), cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.GetLengthAsync(name, token), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<ObjectInfo> objects =
            inner.ListAsync(kind, domain, prefix, stop.Token).GetAsyncEnumerator(stop.Token);
        while (await NextAsync(objects, stop, cancellationToken).ConfigureAwait(false))
        {
            yield return objects.Current;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
        LimitAsync(token => inner.DeleteAsync(name, token), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        LimitAsync(token => inner.GetTimeAsync(token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<bool> NextAsync(
        IAsyncEnumerator<ObjectInfo> objects, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        ValueTask<bool> next = objects.MoveNextAsync();
        if (next.IsCompletedSuccessfully)
        {
            return next.Result;
        }

        using ITimer timer = clock.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), stop, limit, Timeout.InfiniteTimeSpan);
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unanswered(e);
        }
    }

    private Task<bool> LimitAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => LimitAsync(
        async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = new(limit, clock);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), stop); // the one given here
        try
        {
            return await call(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unanswered(e);
        }
    }

    private StorageUnavailableException Unanswered(OperationCanceledException cause) => new(
        $"{Location} did not answer for {limit.TotalMinutes:0.##} minutes: is its disk or server there?",
        cause,
        isTransient: false);
}
