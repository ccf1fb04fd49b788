using System.Diagnostics;
using System.Globalization;
using SnapFs.Chunks;
using SnapFs.Repository;
using SnapFs.Repository.Indexes;

namespace SnapFs.Benchmarks;

/// <summary>
/// What an index of a given size costs: making it, opening it, looking up, and a night on it. Each is a process of its own, so that
/// its memory is seen.
/// </summary>
internal static class IndexGrowth
{
    private const int NightChunks = 100_000;
    private const int Probes = 500_000;

    /// <summary>Measures one size after the other, or one step of one.</summary>
    /// <param name="directory">Where the files go, about 40 bytes a chunk; removed in the end.</param>
    /// <param name="arguments">Sizes; or a step, a size, and how many nights there were.</param>
    internal static void Run(string directory, string[] arguments)
    {
        if (arguments is [string step, string size, string nights] && !char.IsAsciiDigit(step[0]))
        {
            Step(step, Path.Combine(directory, size), Number(size), (int)Number(nights));
            return;
        }

        foreach (string chunks in arguments)
        {
            Start("build", directory, chunks, 0);
            Start("open", directory, chunks, 0);
            Start("nothing", directory, chunks, 0);
            for (int night = 0; night < 12; night++)
            {
                Start("night", directory, chunks, night);
            }

            Start("nothing", directory, chunks, 12);
            Directory.Delete(Path.Combine(directory, chunks), recursive: true);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static void Start(string step, string directory, string chunks, int nights)
    {
        string self = Environment.ProcessPath!; // not null: it runs
        string[] own = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(IndexGrowth).Assembly.Location] : [];
        using Process process = Process.Start(self, [.. own, "index", directory, step, chunks, $"{nights}"]);
        process.WaitForExit();
    }

    private static void Step(string step, string directory, long chunks, int nights)
    {
        RunStore store = new(new LocalCache(directory, Console.Error.WriteLine), in SampleIndex.Owner);
        Stopwatch clock = Stopwatch.StartNew();
        switch (step)
        {
            case "build":
                Build(store, chunks);
                break;
            case "open":
                Look(Open(store, chunks, nights), chunks);
                return;
            case "nothing":
                Open(store, chunks, nights);
                return;
            case "night":
                Night(store, chunks, nights);
                break;
            default:
                throw new ArgumentException($"no step {step}", nameof(step));
        }

        DirectoryInfo files = new(Path.Combine(directory, "index"));
        Print(
            $"{chunks,11:N0} {step,-8} {clock.Elapsed.TotalSeconds,8:F2} s, processor {Processor(),7:F2} s, peak {Memory("VmHWM"),4} MB, "
            + $"{files.GetFiles().Length} runs of {files.GetFiles().Sum(file => file.Length) / 1e6:N0} MB");
    }

    private static void Build(RunStore store, long chunks)
    {
        using RunIntake intake = new(store, in SampleIndex.Owner, isForCacheOnly: true);
        foreach ((long first, int count) in Segments(chunks))
        {
            using IndexObject segment = SampleIndex.Segment(first, count);
            intake.Add(segment);
        }

        intake.Complete(asOne: false);
        store.Merge();
    }

    private static ChunkIndex Open(RunStore store, long chunks, int nights)
    {
        ListedObjects listed = new(
            SampleIndex.Listing([.. Segments(chunks), .. Enumerable.Range(0, nights).Select(night => NightOf(chunks, night))]),
            []);
        Stopwatch clock = Stopwatch.StartNew();
        ChunkIndex index = new();
        foreach (StoredRun run in store.Load(store.OpenAll(), listed))
        {
            index.Add(run.Tables, run.Objects, null, isFromCache: true);
        }

        Print(
            $"{chunks,11:N0} open     {clock.Elapsed.TotalMilliseconds,8:F1} ms, {index.Runs.Count} runs, "
            + $"{index.ChunkCount:N0} chunks, resident {Memory("VmRSS")} MB");
        return index.ChunkCount == chunks + ((long)nights * NightChunks)
            ? index
            : throw new InvalidOperationException("the index does not hold what was put in it");
    }

    private static void Look(ChunkIndex index, long chunks)
    {
        foreach (string what in (string[])["hit, first", "hit", "miss"])
        {
            Random random = new(1);
            int found = 0;
            ChunkId[] ids = new ChunkId[Probes];
            for (int i = 0; i < Probes; i++)
            {
                ids[i] = SampleIndex.IdOf(what == "miss" ? (1L << 50) + i : random.NextInt64(chunks));
            }

            double processor = Processor();
            for (int i = 0; i < Probes; i++)
            {
                found += index.TryLocate(ChunkKind.Data, in ids[i], default, out _) ? 1 : 0;
            }

            Print(
                $"{chunks,11:N0} {what,-10} {(Processor() - processor) * 1e6 / Probes,6:F2} us of a processor, "
                + $"resident {Memory("VmRSS")} MB"
                + (found == (what == "miss" ? 0 : Probes) ? "" : " WRONG"));
        }
    }

    /// <summary>As a backup that adds some chunks: looks each up twice, takes them in, merges.</summary>
    private static void Night(RunStore store, long chunks, int night)
    {
        ChunkIndex index = Open(store, chunks, night);
        (long first, int count) = NightOf(chunks, night);
        for (int i = 0; i < count * 2; i++)
        {
            ChunkId id = SampleIndex.IdOf(first + (i / 2));
            if (index.TryLocate(ChunkKind.Data, in id, default, out _))
            {
                throw new InvalidOperationException("the index holds what was not put in it");
            }
        }

        using RunIntake intake = new(store, in SampleIndex.Owner, isForCacheOnly: true);
        using IndexObject segment = SampleIndex.Segment(first, count);
        intake.Add(segment);
        intake.Complete(asOne: false);
        store.Merge();
    }

    private static (long First, int Count) NightOf(long chunks, int night) => (chunks + ((long)night * NightChunks), NightChunks);

    private static IEnumerable<(long First, int Count)> Segments(long chunks)
    {
        for (long first = 0; first < chunks; first += SampleIndex.ChunksPerSegment)
        {
            yield return (first, (int)Math.Min(SampleIndex.ChunksPerSegment, chunks - first));
        }
    }

    private static double Processor() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static long Memory(string field) => Number(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[(field.Length + 1)..^2].Trim())
        / 1024;

    private static void Print(string line) => Console.WriteLine(line);
}
