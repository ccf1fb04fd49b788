using System.Globalization;
using SnapFs.Chunks;
using SnapFs.Repository.Indexes;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

/// <summary>Measures the process, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AloneCollection))]
public sealed class MergeMemoryTests
{
    [Fact]
    public void A_merge_of_a_million_chunks_takes_a_few_megabytes()
    {
        string directory = Directory.CreateTempSubdirectory("snapfs-merge-").FullName;
        try
        {
            RunStore store = new(new LocalCache(directory), in IndexSamples.Owner);
            StoredRun[] runs = [.. Enumerable.Range(0, 6).Select(i => Save(store, i))];
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
            long resident = Resident();
            long allocated = GC.GetAllocatedBytesForCurrentThread();

            StoredRun merged = store.MergeAll(runs)!.Result; // the directory can be written

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            resident = Resident() - resident;
            Assert.Equal(1_200_000, merged.Tables.ChunkCount);
            Assert.True(allocated < 8 << 20, $"{allocated} bytes allocated");
            Assert.True(resident < 16 << 20, $"{resident} bytes more resident");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static StoredRun Save(RunStore store, int seed)
    {
        Random random = new(seed);
        using IndexRunBuilder builder = IndexSamples.Builder(IndexSamples.Segment(
            seed, [.. Enumerable.Range(0, 200).Select(_ => ChunkIndexTests.RandomPack(random, 1000, ChunkKind.Data))]));
        return store.Save(ChunkKind.Data, builder.WriteTo)!; // the directory can be written
    }

    private static long Resident() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))[6..^3].Trim(),
        CultureInfo.InvariantCulture) * 1024;
}
