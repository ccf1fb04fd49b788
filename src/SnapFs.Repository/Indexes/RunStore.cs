using SnapFs.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Index runs kept in the local cache directory, so that opening a repository reads only segments that are new. A run
/// file is written once, under a temporary name, synced and renamed; losing any of them, or all, costs time only.
/// </summary>
internal sealed class RunStore
{
    /// <summary>More files than this are merged into one.</summary>
    private const int MaxRuns = 8;

    private const string Suffix = ".run";

    private readonly LocalCache _cache;
    private readonly string _directory;
    private readonly ObjectId _repository;
    private readonly List<string> _lost = [];

    /// <param name="cache">The cache of this repository and domain.</param>
    /// <param name="repository">The repository, checked against each file.</param>
    internal RunStore(LocalCache cache, in ObjectId repository)
    {
        _cache = cache;
        _directory = Path.Combine(cache.Directory, "index");
        _repository = repository;
    }

    /// <summary>The packs of runs that <see cref="Load"/> met with a segment that is gone or cut off: they may be lost, or be in no
    /// segment now.</summary>
    internal HashSet<ObjectId> FormerPacks { get; } = [];

    /// <summary>Opens the runs whose segments are all still listed as they were, and deletes those that cannot be used.</summary>
    /// <param name="listed">The segments in the repository.</param>
    /// <param name="seen">Receives the segments of the runs returned; none is returned twice.</param>
    internal List<(RunMemory Memory, string Path)> Load(IReadOnlyDictionary<ObjectId, ObjectInfo> listed, HashSet<ObjectId> seen)
    {
        List<(RunMemory, string)> runs = [];
        foreach (string path in Files())
        {
            RunMemory? memory = TryOpen(path);
            if (memory is not null && IsUsable(memory, path, listed, seen))
            {
                runs.Add((memory, path));
            }
            else
            {
                memory?.Dispose();
            }
        }

        return runs;
    }

    /// <summary>Whether there are so many run files that they should be rebuilt as one.</summary>
    internal static bool ShouldMerge(int runs) => runs >= MaxRuns;

    /// <summary>Deletes every run file; opened ones stay readable until they are let go.</summary>
    internal void Clear() => Array.ForEach(Files(string.Empty), Delete);

    /// <summary>Deletes the runs that tell of lost segments, once a writer has looked at what they stood for.</summary>
    internal void ForgetLost()
    {
        _lost.ForEach(Delete);
        _lost.Clear();
        FormerPacks.Clear();
    }

    /// <summary>Deletes a run file that proved to be damaged, and says so.</summary>
    internal void Drop(string path)
    {
        _cache.Report(path, "it is damaged or cannot be read; what it lists is read from the repository");
        Delete(path);
    }

    /// <summary>Keeps a run for the next process.</summary>
    internal void Save(RunMemory memory)
    {
        string name = Path.Combine(
            _directory, $"{DateTime.UtcNow.Ticks:x16}-{Environment.ProcessId:x}-{Guid.NewGuid():N}");
        try
        {
            LocalCache.Create(_cache.Directory);
            LocalCache.Create(_directory);
            RunFile.Write(name + ".tmp", memory, in _repository);
            File.Move(name + ".tmp", name + Suffix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(name + Suffix, e.Message);
            Delete(name + ".tmp");
        }
    }

    private RunMemory? TryOpen(string path)
    {
        try
        {
            if (RunFile.TryOpen(path, in _repository) is RunFile file)
            {
                return RunMemory.Open(file);
            }
        }
        catch (FileNotFoundException)
        {
            // Another process merged the runs between the listing and now.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(path, e.Message);
            Delete(path);
            return null;
        }

        Drop(path);
        return null;
    }

    private bool IsUsable(RunMemory memory, string path, IReadOnlyDictionary<ObjectId, ObjectInfo> listed, HashSet<ObjectId> seen)
    {
        IndexRun run = new(memory, 0);
        if (!run.TryLoadSegments())
        {
            Drop(path);
            return false;
        }

        SegmentRecord[] segments = run.Segments();
        if (!segments.All(segment => listed.TryGetValue(segment.Id, out ObjectInfo now) && now.Length == segment.Length))
        {
            _lost.Add(path);
            AddFormerPacks(run);
            return false;
        }

        if (segments.Any(segment => seen.Contains(segment.Id)))
        {
            Delete(path);
            return false;
        }

        seen.UnionWith(segments.Select(segment => segment.Id));
        return true;
    }

    private void AddFormerPacks(IndexRun run)
    {
        try
        {
            for (uint i = 0; i < run.PackCount; i++)
            {
                FormerPacks.Add(PackRecord.Read(run.Pack(i)).Id);
            }
        }
        catch (RunFileException)
        {
            // Then this tells less; it was never more than a hint.
        }
    }

    private string[] Files(string suffix = Suffix)
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
            _cache.Report(_directory, e.Message);
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
            _cache.Report(path, e.Message);
        }
    }
}
