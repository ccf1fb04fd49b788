using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Leases;

/// <summary>Removes the leases of runs of one domain that ended or died long ago (<c>docs/format.md</c> section 9), so that a
/// repository has no more of them than a week's runs leave.</summary>
public static class OldLeases
{
    /// <summary>How long leases stay after their run ended or died.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>What one run removes at most: objects. The end of a backup does not wait for the removal of years of them.</summary>
    private const int MostAtOnce = 200;

    /// <summary>Removes what is old by the clock of the storage.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The domain that they write in is looked through.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many objects were removed. A storage that lets nobody delete, or fails, keeps the rest: they hinder nobody.
    /// </returns>
    public static Task<int> RemoveAsync(IStorage storage, KeyRing keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(keys);
        return RemoveAsync(storage, keys.Own.DomainName, cancellationToken);
    }

    /// <summary>The same in the domain of a name.</summary>
    internal static async Task<int> RemoveAsync(IStorage storage, string domain, CancellationToken cancellationToken)
    {
        int removed = 0;
        try
        {
            DateTimeOffset now = await storage.GetTimeAsync(cancellationToken).ConfigureAwait(false);
            Dictionary<string, List<ObjectInfo>> runs = [];
            await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Lease, domain, cancellationToken).ConfigureAwait(false))
            {
                if (!runs.TryGetValue(info.Name.LeaseRun, out List<ObjectInfo>? run))
                {
                    runs[info.Name.LeaseRun] = run = [];
                }

                run.Add(info);
            }

            // A run whose last sign of life is older than this has ended or died before that, whatever it says itself. Its number
            // 0 goes last: without that, what is left would look older than all else.
            IEnumerable<ObjectName> old = runs.Values
                .Where(run => run.TrueForAll(info => now - info.ReceivedAt > Kept + LeaseKeeper.Term))
                .SelectMany(run => run.Select(info => info.Name).OrderByDescending(name => name.LeaseNumber));
            foreach (ObjectName name in old.Take(MostAtOnce))
            {
                await storage.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
                removed++;
            }
        }
        catch (SnapFsException)
        {
            // The run that removes them has done what it was to do; the next one tries again.
        }

        return removed;
    }
}
