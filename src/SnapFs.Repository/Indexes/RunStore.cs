using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Runs kept in the local cache directory, so that opening a repository reads only what is new of its index. A file is written once
/// and never changed; losing any of them, or all, costs time only. Processes that use the same directory at once do the same work
/// twice at worst. Safe for concurrent use.
/// </summary>
internal sealed class RunStore
{
    /// <summary>Digits at the start of a name, which order runs as they were made; a merged run has those of its newest.</summary>
    private const int AgeLength = 16;

    /// <summary>A run of at most this many bytes is checked whole when it is opened, which takes less than a millisecond: so most
    /// damage is found at once, not by whoever needs a chunk.</summary>
    private const long MaxCheckedWhole = 1 << 20;

    /// <summary>A file that is younger may be about to be written.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly LocalCache _cache;
    private readonly string _directory;
    private readonly ObjectId _owner;
    private readonly List<string> _lost = [];
    private readonly List<StoredRun> _runs = [];

    /// <param name="cache">The cache of this repository and domain.</param>
    /// <param name="owner">Whose index it is, checked against each file.</param>
    internal RunStore(LocalCache cache, in ObjectId owner)
    {
        _cache = cache;
        _directory = Path.Combine(cache.Directory, "index");
        _owner = owner;
    }

    /// <summary>The packs of runs that <see cref="Load"/> met with an object that is gone or cut off: they may be lost, or be in no
    /// object now.</summary>
    internal HashSet<ObjectId> FormerPacks { get; } = [];

    /// <summary>Gives the runs of which all is still true, oldest first, and deletes those that cannot be used.</summary>
    /// <param name="opened">The runs.</param>
    /// <param name="listed">The objects of the index.</param>
    internal List<StoredRun> Load(List<StoredRun> opened, ListedObjects listed)
    {
        // As long as one is found, since it may say that what another one stands for may be gone.
        List<StoredRun> standing = [];
        List<StoredRun> fallen = [.. opened];
        for (int found = -1; found < standing.Count;)
        {
            found = standing.Count;
            standing.AddRange(fallen.Where(run => listed.TryStand(run.Objects)));
            fallen.RemoveAll(standing.Contains);
        }

        foreach (StoredRun run in fallen)
        {
            _lost.Add(run.Path);
            AddFormerPacks(run.Tables);
            run.Tables.Dispose();
        }

        // A crash or another process may leave what was merged beside the merged run, which has more objects, and what a catalogue
        // replaces lies beside it.
        HashSet<ObjectId> seen = [];
        List<StoredRun> usable = [];
        foreach (StoredRun run in standing.OrderByDescending(run => run.Objects.Length))
        {
            if (run.Objects.All(covered => seen.Contains(covered.Id)))
            {
                Delete(run.Path);
                run.Tables.Dispose();
            }
            else
            {
                seen.UnionWith(run.Objects.Select(covered => covered.Id));
                usable.Add(run);
            }
        }

        usable.Sort(ByName);
        lock (_gate)
        {
            _runs.AddRange(usable);
        }

        return usable;
    }

    /// <summary>Keeps a run for the next process.</summary>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="content">Writes its tables; may be called again by others if this fails.</param>
    /// <returns>Null if no file can be written.</returns>
    /// <exception cref="RunFileException">What the tables are made from is torn.</exception>
    internal StoredRun? Save(ChunkKind kind, Action<RunWriter> content) => Save(kind, $"{DateTime.UtcNow.Ticks:x16}", content);

    /// <summary>Merges all runs of which there are too many. Those that were merged stay readable for whoever has them.</summary>
    /// <returns>What was merged, in this order.</returns>
    internal List<RunMerge> Merge()
    {
        List<RunMerge> merges = [];
        StoredRun[] runs;
        lock (_gate)
        {
            runs = [.. _runs];
        }

        foreach (IGrouping<ChunkKind, StoredRun> ofKind in runs.GroupBy(run => run.Tables.Kind))
        {
            merges.AddRange(Merge([.. ofKind.Order(Comparer<StoredRun>.Create(ByName))]));
        }

        return merges;
    }

    /// <summary>Merges some of the runs of one kind that were saved, if there are too many.</summary>
    /// <param name="runs">Oldest first; what is merged is replaced by what it became.</param>
    internal List<RunMerge> Merge(List<StoredRun> runs)
    {
        List<RunMerge> merges = [];
        while (RunTiers.CountToMerge([.. runs.Select(run => run.Tables.ChunkCount)]) is > 0 and int count)
        {
            StoredRun[] newest = [.. runs.TakeLast(count)];
            if (MergeAll(newest) is not RunMerge merge)
            {
                break;
            }

            merges.Add(merge);
            runs.RemoveRange(runs.Count - count, count);
            runs.Add(merge.Result);
        }

        return merges;
    }

    /// <summary>Merges runs of one kind into one.</summary>
    /// <returns>Null if it cannot be written, or one of them cannot be read.</returns>
    internal RunMerge? MergeAll(StoredRun[] runs)
    {
        RunTables[] tables = Array.ConvertAll(runs, run => run.Tables);
        string name = Path.GetFileName(runs[^1].Path);
        string age = name[..Math.Min(AgeLength, name.Length)];
        try
        {
            NumberMap[] packs = [];
            if (Save(tables[0].Kind, age, writer => packs = RunMerger.Merge(tables, writer)) is not StoredRun merged)
            {
                return null;
            }

            Array.ForEach(runs, Remove);
            return new RunMerge(runs, merged, packs);
        }
        catch (RunFileException)
        {
            StoredRun[] torn = [.. runs.Where(run => !run.Tables.IsWhole())];
            Array.ForEach(torn.Length > 0 ? torn : runs, Drop); // if none is torn, one was written wrong
            return null;
        }
    }

    /// <summary>Deletes every file that is there; what is open stays readable until it is let go.</summary>
    internal void Clear()
    {
        Array.ForEach(Files(string.Empty), Delete);
        lock (_gate)
        {
            _runs.Clear();
        }
    }

    /// <summary>Deletes some runs.</summary>
    internal void Remove(StoredRun run)
    {
        Delete(run.Path);
        lock (_gate)
        {
            _runs.Remove(run);
        }
    }

    /// <summary>Deletes the runs that tell of lost objects, once a writer has looked at what they stood for.</summary>
    internal void ForgetLost()
    {
        _lost.ForEach(Delete);
        _lost.Clear();
        FormerPacks.Clear();
    }

    /// <summary>Deletes a run that proved to be damaged, and says so.</summary>
    internal void Drop(StoredRun run)
    {
        Drop(run.Path);
        Remove(run);
    }

    private static int ByName(StoredRun left, StoredRun right) => StringComparer.Ordinal.Compare(left.Path, right.Path);

    private StoredRun? Save(ChunkKind kind, string age, Action<RunWriter> content)
    {
        string name = Path.Combine(_directory, $"{age}-{Environment.ProcessId:x}-{Guid.NewGuid():N}");
        try
        {
            LocalCache.Create(_cache.Directory);
            LocalCache.Create(_directory);
            RunFile.RemoveLeftovers(_directory, LeftoverAge);
            string path = RunFile.Write(name, kind, in _owner, content);
            if (TryOpen(path) is StoredRun run)
            {
                lock (_gate)
                {
                    _runs.Add(run);
                }

                return run;
            }
        }
        catch (Exception e) when (e is (IOException and not RunFileException) or UnauthorizedAccessException)
        {
            _cache.Report(name + RunFile.Suffix, SystemText.Of(e));
        }

        return null;
    }

    /// <summary>Opens every run that is there, and deletes what is none.</summary>
    internal List<StoredRun> OpenAll()
    {
        List<StoredRun> runs = [];
        for (int attempt = 0; attempt < 3; attempt++)
        {
            bool isWhole = true;
            foreach (string path in Files())
            {
                if (runs.Any(run => run.Path == path))
                {
                    continue;
                }

                try
                {
                    if (TryOpen(path) is StoredRun run)
                    {
                        runs.Add(run);
                    }
                }
                catch (FileNotFoundException)
                {
                    isWhole = false; // another process merged it since it was listed
                }
            }

            if (isWhole)
            {
                break;
            }
        }

        return runs;
    }

    private StoredRun? TryOpen(string path)
    {
        try
        {
            if (RunFile.TryOpen(path, in _owner) is RunTables tables
                && (tables.Layout.Length > MaxCheckedWhole || tables.IsWhole()))
            {
                return new StoredRun(path, tables, StoredRun.ObjectsOf(tables));
            }
        }
        catch (RunFileException)
        {
            // As a file that is none.
        }
        catch (Exception e) when (e is (IOException and not FileNotFoundException) or UnauthorizedAccessException)
        {
            _cache.Report(path, SystemText.Of(e));
            Delete(path);
            return null;
        }

        Drop(path);
        return null;
    }

    private void Drop(string path)
    {
        _cache.Report(path, "it is damaged, cannot be read or was made with other keys; what it lists is read from the repository");
        Delete(path);
    }

    private void AddFormerPacks(RunTables tables)
    {
        try
        {
            RunCursor<PackEntry> packs = new(tables, RunTable.Packs);
            while (packs.MoveNext())
            {
                FormerPacks.Add(packs.Current.Id);
            }
        }
        catch (RunFileException)
        {
            // Then this tells less; it was never more than a hint.
        }
    }

    private string[] Files(string suffix = RunFile.Suffix)
    {
        try
        {
            string[] files = Directory.GetFiles(_directory, "*" + suffix);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(_directory, SystemText.Of(e));
            return [];
        }
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its directory.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(path, SystemText.Of(e));
        }
    }
}
