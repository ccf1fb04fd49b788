using SnapFs.Chunks;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Kept;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>
/// The states of volumes that this machine keeps because its key may not read what it stores: increments are applied on them. Of a
/// volume, those are kept that are the newest and that was taken in last. A key that reads keeps none.
/// </summary>
internal sealed class KeptStates
{
    private readonly KeptTrees? _trees;
    private readonly bool _isNeeded;
    private readonly IJobObserver _observer;
    private bool _hasWarned;

    /// <param name="connection">The repository.</param>
    /// <param name="observer">Told once that states cannot be kept.</param>
    public KeptStates(RepositoryConnection connection, IJobObserver observer)
    {
        _isNeeded = !connection.Opened.Keys.CanReadOwn;
        _trees = KeptTrees.Of(connection.Cache, connection.Opened.Keys);
        _observer = observer;
    }

    /// <summary>Begins to keep the state that an import makes; null if it is not kept.</summary>
    public KeptTreeWriter? Begin() => _trees?.Begin();

    /// <summary>The repository with the states that are kept of a volume; null if none is.</summary>
    /// <param name="reader">The repository; not disposed.</param>
    /// <param name="states">The states that may be wanted.</param>
    public KeptTreeSource? Open(RepositoryReader reader, IEnumerable<SnapshotHead> states) =>
        _trees?.Over(reader, states.Select(state => state.Root.Id));

    /// <summary>Keeps a state that was committed, in the place of those that nothing will go on from any more.</summary>
    /// <param name="keeper">Has it.</param>
    /// <param name="state">The state.</param>
    /// <param name="chains">What there was of its volume before.</param>
    /// <param name="others">The states that <see cref="Open"/> was given.</param>
    public void Save(KeptTreeWriter? keeper, SnapshotHead state, VolumeChains chains, IEnumerable<SnapshotHead> others)
    {
        if (!_isNeeded || state.Dump?.Salvage is not null)
        {
            return; // no increment is applied on what was salvaged
        }

        ChunkId root = state.Root.Id;
        if (keeper?.Save(in root) != true)
        {
            WarnOnce(keeper?.Trouble ?? "there is no cache directory");
            return;
        }

        foreach (SnapshotHead other in others.Where(other => other.Root.Id != root))
        {
            bool isNewest = other == chains.Last || other == chains.Newest || other == chains.Namesake;
            if (!isNewest || other.Started <= state.Started)
            {
                _trees?.Remove(other.Root.Id);
            }
        }
    }

    /// <summary>Removes states of volumes that are gone, and what is left of imports that were killed.</summary>
    /// <param name="snapshots">All snapshots.</param>
    public void RemoveOld(IEnumerable<SnapshotHead> snapshots) => _trees?.RemoveOthers(snapshots
        .Where(head => head is { Volume: not null, Dump.Salvage: null })
        .GroupBy(head => (head.Host, head.Source))
        .SelectMany(volume => (SnapshotHead?[])[volume.MaxBy(head => head.Started), volume.MaxBy(head => head.Ended)])
        .OfType<SnapshotHead>()
        .Select(head => head.Root.Id));

    private void WarnOnce(string why)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _observer.Warning(
                $"the states of volumes are not kept, and this key cannot read them: the next dump of each has to be a full one ({why})");
        }
    }
}
