using SnapFs.Chunks;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Looks for the chunks that trees refer to in every place that the index gives: one that is whole anywhere is not
/// lost. A place that fails is said once. Not thread-safe.
/// </summary>
internal sealed class StoredChunks
{
    private readonly RepositoryReader _reader;
    private readonly FrameCache _frames;
    private readonly IndexCheck _index;
    private readonly PackCheck _packs;
    private readonly CheckReport _report;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<string> _needed = [];
    private readonly HashSet<string> _reported = [];

    internal StoredChunks(
        RepositoryReader reader,
        IndexCheck index,
        PackCheck packs,
        CheckReport report,
        CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _reader = reader;
        _frames = new FrameCache(reader);
        _index = index;
        _packs = packs;
        _report = report;
    }

    /// <summary>Whether a tree chunk could not be had, so that what its part of the tree needs is not known.</summary>
    internal bool HasUnreadTrees { get; private set; }

    /// <summary>Reads a tree chunk.</summary>
    /// <exception cref="DamagedException">No place gives it.</exception>
    internal ReadOnlyMemory<byte> ReadTree(in ChunkId id)
    {
        DamagedException? failure = null;
        foreach (ChunkLocation place in _reader.Places(ChunkKind.Tree, in id))
        {
            string pack = _reader.NameOf(place.Frame);
            try
            {
                return _index.Lost.ContainsKey(pack)
                    ? throw new DamagedException(pack, "it is missing or cut off")
                    : _frames.Read(ChunkKind.Tree, in id, in place, _cancellationToken);
            }
            catch (DamagedException e)
            {
                Report(pack, e);
                failure ??= e;
            }
            catch (ObjectReadException e)
            {
                Report(pack, e);
                failure ??= new DamagedException(pack, "it cannot be read", e);
            }
        }

        HasUnreadTrees = true;
        throw Lost(failure ?? Unlisted(ChunkKind.Tree, in id));
    }

    /// <summary>Checks that a data chunk lies somewhere, with its length, where no damage was found.</summary>
    /// <exception cref="DamagedException">It does not.</exception>
    internal void CheckData(in ChunkRef chunk)
    {
        bool allIsWell = _index.Lost.Count == 0 && _packs.BadFrames.IsEmpty;
        if (allIsWell
            && _reader.TryLocate(ChunkKind.Data, chunk.Id, out ChunkLocation first)
            && first.Length == chunk.Length)
        {
            return;
        }

        DamagedException? failure = null;
        foreach (ChunkLocation place in _reader.Places(ChunkKind.Data, chunk.Id))
        {
            string pack = _reader.NameOf(place.Frame);
            if (place.Length != chunk.Length)
            {
                failure ??= new DamagedException(
                    $"chunk {chunk.Id}", $"it has {place.Length} bytes in the index instead of {chunk.Length}");
            }
            else if (_index.Lost.ContainsKey(pack) || _packs.BadFrames.ContainsKey((pack, place.Frame.Offset)))
            {
                failure = new DamagedException(pack, "it is damaged or missing");
            }
            else
            {
                return;
            }
        }

        throw Lost(failure ?? Unlisted(ChunkKind.Data, chunk.Id));
    }

    /// <summary>Reports what a file or directory cannot be read for, unless the cause is in the report.</summary>
    internal void Report(DamagedException cause) =>
        Report(cause.Subject, cause.InnerException as StorageUnavailableException ?? (SnapFsException)cause);

    /// <summary>Says of each lost pack whether anything needs it: the walk over all trees is done.</summary>
    /// <param name="isComplete">Whether every snapshot was walked.</param>
    internal void ReportLostPacks(bool isComplete)
    {
        foreach ((string pack, SnapFsException what) in _index.Lost.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!isComplete || HasUnreadTrees || _needed.Contains(pack))
            {
                _report.Error(pack, what, Advice.Pack);
            }
            else
            {
                _report.Note(
                    pack,
                    $"{CheckReport.FindingOf(what)}, but nothing is lost: what snapshots need of it is stored in other packs too");
            }
        }
    }

    private void Report(string subject, SnapFsException what)
    {
        if (!_index.Lost.ContainsKey(subject) && !_packs.BadPacks.ContainsKey(subject) && _reported.Add(subject))
        {
            _report.Error(subject, what, Advice.Pack);
        }
    }

    private DamagedException Lost(DamagedException failure)
    {
        _needed.Add(failure.Subject);
        return failure;
    }

    /// <summary>Of a segment that cannot be read, it is not known whether it lists the chunk.</summary>
    private DamagedException Unlisted(ChunkKind kind, in ChunkId id)
    {
        SnapFsException missing = _reader.Missing(kind, in id);
        return missing as DamagedException ?? new DamagedException("index/", "it cannot be read whole", missing);
    }
}
