using System.Runtime.CompilerServices;

namespace SnapFs.Storage;

/// <summary>Repeats what failed for a reason that may pass. Every call of a storage may be repeated.</summary>
/// <param name="inner">The storage; it is disposed of with this one.</param>
/// <param name="clock">Measures the waits.</param>
internal sealed class RetryStorage(IStorage inner, TimeProvider clock) : IStorage
{
    /// <summary>How often a call is tried before its error counts.</summary>
    internal const int Attempts = 5;

    private const int GrowthOfWait = 3;

    /// <summary>The wait before the second try. Each further one is longer, and half of it is left to chance, so that the
    /// clients of a server that was restarted do not all come back at once.</summary>
    internal static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    /// <inheritdoc/>
    public bool HasOtherClock => inner.HasOtherClock;

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RepeatAsync(() => Done(inner.PutAsync(name, content, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RepeatAsync(() => inner.HealAsync(name, content, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ReadAsync(ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        // Most reads are done when they return; these cost nothing here.
        Task first = inner.ReadAsync(name, offset, destination, cancellationToken);
        return first.IsCompletedSuccessfully
            ? first
            : RepeatAsync(
                Done(first), () => Done(inner.ReadAsync(name, offset, destination, cancellationToken)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReadRangesAsync(
        ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken) =>
        RepeatAsync(() => Done(inner.ReadRangesAsync(name, ranges, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
        RepeatAsync(() => inner.GetAsync(name, maxLength, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        RepeatAsync(() => inner.GetLengthAsync(name, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A listing that fails half way is made anew from its start, so it is whole before any of it is handed on.
        List<ObjectInfo> objects =
            await RepeatAsync(() => CollectAsync(kind, domain, prefix, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (ObjectInfo info in objects)
        {
            yield return info;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
        RepeatAsync(() => Done(inner.DeleteAsync(name, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        RepeatAsync(() => inner.GetTimeAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static async Task<bool> Done(Task call)
    {
        await call.ConfigureAwait(false);
        return true;
    }

    private async Task<List<ObjectInfo>> CollectAsync(
        ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken)
    {
        List<ObjectInfo> objects = [];
        await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken).ConfigureAwait(false))
        {
            objects.Add(info);
        }

        return objects;
    }

    private Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        RepeatAsync(call(), call, cancellationToken);

    private async Task<T> RepeatAsync<T>(Task<T> first, Func<Task<T>> again, CancellationToken cancellationToken)
    {
        Task<T> call = first;
        TimeSpan wait = FirstWait;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call.ConfigureAwait(false);
            }
            catch (SnapFsException e) when (e.IsTransient && attempt < Attempts)
            {
                await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken).ConfigureAwait(false);
                wait *= GrowthOfWait;
                call = again();
            }
        }
    }
}
