using SnapFs.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Checks a repository: objects against their names, signatures, the index against the packs, and the trees of all
/// snapshots; with <see cref="CheckOptions.ReadData"/> also every byte of every pack. Writes nothing and uses no
/// cache, so it sees what is stored. Backups may run meanwhile.
/// </summary>
public static class RepositoryCheck
{
    /// <summary>Runs a check.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="repository">Opened with the right to read.</param>
    /// <param name="options">How thorough it is.</param>
    /// <param name="progress">Told about every object, from any thread; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WrongKeyException">The key may not read.</exception>
    /// <exception cref="StorageUnavailableException">The storage fails: nothing can be said then.</exception>
    public static async Task<CheckReport> RunAsync(
        IStorage storage,
        OpenedRepository repository,
        CheckOptions options,
        IProgress<CheckProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.SubsetCount, nameof(options));
        ArgumentOutOfRangeException.ThrowIfZero(options.Subset, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Subset, options.SubsetCount, nameof(options));
        if (!repository.Keys.Own.CanRead)
        {
            throw new WrongKeyException(
                "this key may write but not read; check with an administrator's key or passphrase");
        }

        CheckReport report = new();
        await KeyCheck.RunAsync(storage, repository, report, cancellationToken).ConfigureAwait(false);
        progress?.Report(new CheckProgress(CheckPhase.Keys, 1, 1));

        // The reader lists snapshots before the index, so that none of them can lack a segment for being new.
        using RepositoryReader reader = await RepositoryReader.OpenToCheckAsync(
            storage, repository.Keys, cancellationToken).ConfigureAwait(false);
        await reader.LookEverywhereAsync(cancellationToken).ConfigureAwait(false);
        AddSnapshotProblems(reader, report);
        IndexCheck index = new(storage, report);
        await index.RunAsync(repository.Keys.Domains, progress, cancellationToken).ConfigureAwait(false);
        PackCheck packs = new(storage, report);
        if (options.ReadData)
        {
            await packs.RunAsync(index, options, progress, cancellationToken).ConfigureAwait(false);
        }

        StoredChunks chunks = new(reader, index, packs, report, cancellationToken);
        TreeCheck trees = new(reader, chunks, report);
        await Task.Run(() => trees.Run(progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        chunks.ReportLostPacks(isComplete: reader.UnreadSnapshots.Count == 0);
        return report;
    }

    /// <summary>Damaged segments are left to <see cref="IndexCheck"/>, which reads them all.</summary>
    private static void AddSnapshotProblems(RepositoryReader reader, CheckReport report)
    {
        foreach ((ObjectId id, SnapFsException problem) in reader.UnreadSnapshots)
        {
            report.Error((problem as DamagedException)?.Subject ?? $"snapshots/…/{id}", problem, Advice.Snapshot);
        }

        foreach (string name in reader.PassedOver)
        {
            report.Note(name, "nobody signed it who may: it is passed over");
        }
    }
}
