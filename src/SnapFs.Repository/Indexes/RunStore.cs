using Microsoft.Win32.SafeHandles;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Index runs kept in the local cache directory, so that opening a repository reads only segments that are new. A run
/// file is written once, under a temporary name, and renamed; losing any of them costs time only.
/// </summary>
internal sealed class RunStore
{
    /// <summary>More files than this are merged into one.</summary>
    private const int MaxRuns = 8;

    private const string Suffix = ".run";

    private readonly string _directory;
    private readonly ObjectId _repository;

    /// <param name="directory">The cache directory of this repository and domain, private to its user.</param>
    /// <param name="repository">The repository, checked against each file.</param>
    internal RunStore(string directory, in ObjectId repository)
    {
        _directory = Path.Combine(directory, "index");
        _repository = repository;
    }

    /// <summary>Maps the runs whose segments are all still listed; deletes the others.</summary>
    /// <param name="listed">The segments in the repository.</param>
    /// <param name="seen">Receives the segments of the runs returned; none is returned twice.</param>
    internal List<RunMemory> Load(IReadOnlySet<ObjectId> listed, HashSet<ObjectId> seen)
    {
        List<RunMemory> runs = [];
        if (!Directory.Exists(_directory))
        {
            return runs;
        }

        string[] files = Directory.GetFiles(_directory, "*" + Suffix);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            RunMemory? memory = TryMap(file);
            if (memory is not null && IsUsable(memory, listed, seen))
            {
                runs.Add(memory);
            }
            else
            {
                memory?.Dispose();
                File.Delete(file);
            }
        }

        return runs;
    }

    /// <summary>Whether there are so many run files that they should be rebuilt as one.</summary>
    internal static bool ShouldMerge(int runs) => runs >= MaxRuns;

    /// <summary>Deletes every run file; mapped ones stay readable until they are let go.</summary>
    internal void Clear()
    {
        foreach (string file in Directory.Exists(_directory) ? Directory.GetFiles(_directory) : [])
        {
            File.Delete(file);
        }
    }

    /// <summary>Keeps a run for the next process.</summary>
    internal unsafe void Save(RunMemory memory)
    {
        Directory.CreateDirectory(_directory);
        string name = Path.Combine(
            _directory, $"{DateTime.UtcNow.Ticks:x16}-{Environment.ProcessId:x}-{Guid.NewGuid():N}");
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (FileStream stream = new(name + ".tmp", options))
            using (UnmanagedMemoryStream content = new(memory.Pointer, memory.Length))
            {
                content.CopyTo(stream);
            }

            File.Move(name + ".tmp", name + Suffix);
        }
        catch (IOException)
        {
            // The cache is a convenience: a full disk must not fail a backup whose snapshot is already stored.
            File.Delete(name + ".tmp");
        }
    }

    private RunMemory? TryMap(string file)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(file);
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                handle.Dispose();
                return null;
            }

            RunMemory memory = RunMemory.Map(handle, length);
            if (IndexRunBuilder.IsIntact(memory, in _repository))
            {
                return memory;
            }

            memory.Dispose();
            return null;
        }
        catch (FileNotFoundException)
        {
            // Another process merged the runs between the listing and now.
            return null;
        }
    }

    private static bool IsUsable(RunMemory memory, IReadOnlySet<ObjectId> listed, HashSet<ObjectId> seen)
    {
        IndexRun run = new(memory, 0);
        for (int i = 0; i < run.SegmentCount; i++)
        {
            ObjectId segment = run.Segment(i);
            if (!listed.Contains(segment) || seen.Contains(segment))
            {
                return false;
            }
        }

        for (int i = 0; i < run.SegmentCount; i++)
        {
            seen.Add(run.Segment(i));
        }

        return true;
    }
}
