using SnapFs.Chunks;
using SnapFs.Repository.Indexes;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class IndexModelTests
{
    [Fact]
    public void An_index_answers_as_a_table_of_all_its_chunks_does() => Seeds.ForEach(12, random =>
        InDirectory(directory =>
        {
            ModelledIndex model = new(random, directory);
            RunStore[] stores = [model.NewStore(), model.NewStore()]; // two processes at once
            for (int step = 0; step < 25; step++)
            {
                ModelledIndex.Save(
                    stores[random.Next(2)],
                    [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => model.NewSegment(random.Next(10, 3000)))]);
                switch (random.Next(8))
                {
                    case 0:
                        model.RemoveSegment();
                        break;
                    case 1:
                        model.ReplaceSegment();
                        break;
                    case 2:
                        stores[random.Next(2)] = model.NewStore();
                        break;
                    case 3:
                        model.Check();
                        break;
                    case 4:
                        RemoveFile(random, directory);
                        break;
                }
            }

            model.Check();
            model.Check();
            Assert.Empty(model.Reports);
        }));

    [Fact]
    public void An_object_that_another_one_replaces_is_not_read_again() => InDirectory(directory =>
    {
        ModelledIndex model = new(new Random(1), directory);
        ModelledIndex.Save(model.NewStore(), model.NewSegment(100), model.NewSegment(100), model.NewSegment(100));
        model.ReplaceSegment();

        model.Check();

        Assert.Equal(0, model.Read);
    });

    [Fact]
    public void An_object_that_is_gone_costs_reading_the_others_of_its_run() => InDirectory(directory =>
    {
        ModelledIndex model = new(new Random(2), directory);
        ModelledIndex.Save(
            model.NewStore(), model.NewSegment(ChunkKind.Data, 100), model.NewSegment(ChunkKind.Data, 100));
        model.RemoveSegment();

        model.Check();

        Assert.Equal(1, model.Read);
    });

    [Fact]
    public void A_crash_at_any_point_of_a_merge_leaves_what_answers_as_before() => InDirectory(directory =>
    {
        ModelledIndex model = new(new Random(3), directory);
        RunStore store = model.NewStore();
        List<StoredRun> runs = [];
        for (int i = 0; i < 4; i++)
        {
            using IndexRunBuilder builder = IndexSamples.Builder(model.NewSegment(ChunkKind.Data, 2000));
            runs.Add(store.Save(ChunkKind.Data, builder.WriteTo)!); // the directory can be written
        }

        Dictionary<string, byte[]> before = Files(directory);
        StoredRun merged = store.MergeAll([.. runs])!.Result; // likewise
        byte[] whole = File.ReadAllBytes(merged.Path);
        string temporary = Path.ChangeExtension(merged.Path, RunFile.TemporarySuffix);

        // While it is written.
        for (int length = 0; length <= whole.Length; length += Math.Max(1, whole.Length / 7))
        {
            Restore(directory, before);
            File.WriteAllBytes(temporary, whole[..length]);
            model.Check();
        }

        // After it was renamed, while those that were merged are deleted.
        for (int deleted = 0; deleted <= runs.Count; deleted++)
        {
            Restore(directory, before);
            File.WriteAllBytes(merged.Path, whole);
            runs.Take(deleted).ToList().ForEach(run => File.Delete(run.Path));
            model.Check();
            Assert.Single(Directory.GetFiles(Path.Combine(directory, "index"), "*.run"));
        }

        Assert.Equal(0, model.Read);
        Assert.Empty(model.Reports);
    });

    [Fact]
    public void What_a_crash_left_is_removed_and_what_is_being_written_is_not() => InDirectory(directory =>
    {
        ModelledIndex model = new(new Random(4), directory);
        ModelledIndex.Save(model.NewStore(), model.NewSegment(100));
        string left = Write("left.tmp");
        string young = Path.Combine(directory, "index", "young.tmp");
        File.WriteAllText(young, "");
        string held = Write("held.tmp");
        using FileStream writer = new(held, FileMode.Open, FileAccess.Write, FileShare.None);

        ModelledIndex.Save(model.NewStore(), model.NewSegment(100));

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(young) && File.Exists(held));

        string Write(string name)
        {
            string path = Path.Combine(directory, "index", name);
            File.WriteAllText(path, "");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2));
            return path;
        }
    });

    [Fact]
    public void Runs_that_a_process_has_open_answer_after_another_one_merged_them() => InDirectory(directory =>
    {
        ModelledIndex model = new(new Random(5), directory);
        ModelledIndex.Save(model.NewStore(), model.NewSegment(1000));
        ChunkIndex index = model.Check();
        string[] open = Directory.GetFiles(Path.Combine(directory, "index"));

        RunStore other = model.NewStore();
        Assert.NotNull(other.MergeAll([.. other.Load(other.OpenAll(), model.Listed)]));

        Assert.All(open, path => Assert.False(File.Exists(path)));
        model.Check(index);
    });

    [Fact]
    public void Packs_keep_their_numbers_when_runs_are_merged() => Seeds.ForEach(10, random => InDirectory(directory =>
    {
        ModelledIndex model = new(random, directory);
        RunStore store = model.NewStore();
        ChunkIndex index = new();
        Dictionary<uint, PackRecord> packs = [];
        for (int i = 0; i < 30; i++)
        {
            using IndexRunBuilder builder = IndexSamples.Builder(model.NewSegment(ChunkKind.Data, 200));
            StoredRun run = store.Save(ChunkKind.Data, builder.WriteTo)!; // the directory can be written
            index.Add(run.Tables, run.Objects, null, isFromCache: false);
            foreach ((uint number, _, _) in index.Packs())
            {
                packs.TryAdd(number, index.Pack(number));
            }

            Assert.All(store.Merge(), merge => Assert.True(index.Replace(merge, () => null)));
            Assert.All(packs, pack => Assert.Equal(pack.Value.RunKey, index.Pack(pack.Key).RunKey));
            model.Check(index);
        }

        Assert.InRange(index.Runs.Count, 1, 8);
    }));

    private static void InDirectory(Action<string> test)
    {
        string directory = Directory.CreateTempSubdirectory("snapfs-index-").FullName;
        try
        {
            test(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void RemoveFile(Random random, string directory)
    {
        string[] files = Directory.GetFiles(Path.Combine(directory, "index"), "*.run");
        if (files.Length > 0)
        {
            File.Delete(files[random.Next(files.Length)]);
        }
    }

    private static Dictionary<string, byte[]> Files(string directory) =>
        Directory.GetFiles(Path.Combine(directory, "index")).ToDictionary(path => path, File.ReadAllBytes);

    private static void Restore(string directory, Dictionary<string, byte[]> files)
    {
        Array.ForEach(Directory.GetFiles(Path.Combine(directory, "index")), File.Delete);
        foreach ((string path, byte[] bytes) in files)
        {
            File.WriteAllBytes(path, bytes);
        }
    }
}
