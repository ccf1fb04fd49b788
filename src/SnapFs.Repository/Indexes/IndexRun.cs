using SnapFs.Chunks;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// A run that is looked up. Whatever goes wrong with its file, it goes on with one built anew, in which the packs have the same
/// numbers. Safe for concurrent use.
/// </summary>
/// <remarks>A wrong run cannot give wrong data: positions are bounded here, and whatever they lead to is decrypted with the pack's
/// key and checked against the chunk's id.</remarks>
internal sealed class IndexRun
{
    private readonly Lock _gate = new();
    private readonly Func<RunTables?>? _rebuild;
    private volatile RunTables? _tables;

    /// <param name="tables">The run.</param>
    /// <param name="numbers">The numbers of its packs in the <see cref="ChunkIndex"/>.</param>
    /// <param name="objects">What it stands for.</param>
    /// <param name="rebuild">Makes a run of the very same objects; null if it cannot. What it throws is thrown to whoever needed the
    /// run. Null if the run is in memory.</param>
    /// <param name="isFromCache">Whether another process made it.</param>
    internal IndexRun(RunTables tables, NumberMap numbers, CoveredObject[] objects, Func<RunTables?>? rebuild, bool isFromCache)
    {
        _tables = tables;
        _rebuild = rebuild;
        Numbers = numbers;
        PackCount = tables.PackCount;
        ChunkCount = tables.ChunkCount;
        Kind = tables.Kind;
        Objects = objects;
        IsFromCache = isFromCache;
    }

    /// <summary>What the chunks hold.</summary>
    internal ChunkKind Kind { get; }

    /// <summary>The numbers of the packs.</summary>
    internal NumberMap Numbers { get; }

    /// <summary>Packs in this run.</summary>
    internal uint PackCount { get; }

    /// <summary>Chunks in this run; one that lies in two packs counts twice.</summary>
    internal long ChunkCount { get; }

    /// <summary>What this run stands for.</summary>
    internal CoveredObject[] Objects { get; }

    /// <summary>Whether another process made it.</summary>
    internal bool IsFromCache { get; }

    /// <summary>Whether it stands for objects that count.</summary>
    internal bool IsTrusted { get; init; } = true;

    /// <summary>What it is read from; null if <see cref="IsLost"/>.</summary>
    internal RunTables? Tables => _tables;

    /// <summary>Whether its file failed and nothing could be had in its place: it finds nothing any more.</summary>
    internal bool IsLost => _tables is null;

    /// <summary>A pack by its number in this run.</summary>
    /// <exception cref="DamagedException">It is not known any more: what was found in this run is to be looked up again.</exception>
    internal PackRecord Pack(uint local) =>
        With(tables => PackRecord.Read(tables, local), null)
            ?? throw new DamagedException("index/", "a part of its copy in the cache failed and could not be read from the repository");

    /// <summary>Id and stored bytes of a pack by its number in this run.</summary>
    internal PackEntry PackEntry(uint local) => With(tables => tables.Read<PackEntry>(RunTable.Packs, local), default);

    /// <summary>Finds a chunk.</summary>
    /// <param name="id">Its id, cut.</param>
    /// <param name="accept">Which packs count, by number; empty accepts all.</param>
    /// <param name="location">Where it lies.</param>
    internal bool TryLocate(in CutId id, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        while (_tables is RunTables tables)
        {
            try
            {
                return TryLocate(tables, in id, accept, null, out location);
            }
            catch (RunFileException)
            {
                Replace(tables);
            }
        }

        location = default;
        return false;
    }

    /// <summary>Finds every place of a chunk, newest first.</summary>
    internal void LocateAll(in CutId id, List<ChunkLocation> found)
    {
        int count = found.Count;
        while (_tables is RunTables tables)
        {
            try
            {
                TryLocate(tables, in id, default, found, out _);
                return;
            }
            catch (RunFileException)
            {
                found.RemoveRange(count, found.Count - count);
                Replace(tables);
            }
        }
    }

    /// <summary>Does something with the tables, again with others if these fail.</summary>
    /// <param name="action">May be called several times.</param>
    /// <param name="otherwise">The result of a run that is lost.</param>
    internal T With<T>(Func<RunTables, T> action, T otherwise)
    {
        while (_tables is RunTables tables)
        {
            try
            {
                return action(tables);
            }
            catch (RunFileException)
            {
                Replace(tables);
            }
        }

        return otherwise;
    }

    private bool TryLocate(
        RunTables tables, in CutId id, ReadOnlySpan<bool> accept, List<ChunkLocation>? all, out ChunkLocation location)
    {
        bool isFound = RunSearch.TryFind(tables, in id, out long position, out ChunkRecord record);
        while (isFound)
        {
            if (TryResolve(tables, in record, accept, out location))
            {
                if (all is null)
                {
                    return true;
                }

                all.Add(location);
            }

            position++;
            isFound = position < tables.ChunkCount;
            if (isFound)
            {
                record = tables.Read<ChunkRecord>(RunTable.Chunks, position);
                isFound = CutId.Compare(in record.Id, in id) == 0;
            }
        }

        location = default;
        return false;
    }

    private bool TryResolve(RunTables tables, in ChunkRecord record, ReadOnlySpan<bool> accept, out ChunkLocation location)
    {
        location = default;
        if (record.Frame >= tables.FrameCount)
        {
            return false;
        }

        FrameRecord frame = tables.Read<FrameRecord>(RunTable.Frames, record.Frame);
        if (frame.Pack >= PackCount
            || frame.PlainLength > Packs.PackLayout.MaxFramePlain
            || frame.Codec > FrameCodec.Zstd
            || (ulong)record.Offset + record.Length > frame.PlainLength)
        {
            return false;
        }

        uint number = Numbers[frame.Pack];
        if (!accept.IsEmpty && !accept[(int)number])
        {
            return false;
        }

        FrameLocation at = new(number, frame.Offset, frame.StoredLength, frame.PlainLength, frame.Codec);
        location = new ChunkLocation(at, record.Offset, record.Length);
        return true;
    }

    /// <summary>Puts a run built anew in place of one that failed.</summary>
    private void Replace(RunTables failed)
    {
        lock (_gate)
        {
            if (_tables != failed)
            {
                return; // another thread was faster
            }

            RunTables? whole = _rebuild?.Invoke();

            // The same objects in the same order give the same packs, unless one was replaced by another meanwhile. Numbers of packs
            // that are known to readers must lead to the same ones.
            _tables = whole is not null && whole.HasSamePacks(failed) && whole.ChunkCount == ChunkCount ? whole : null;
        }
    }
}
