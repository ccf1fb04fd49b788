using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Tests.Indexes;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Writing;

public sealed class CatalogueWriterTests
{
    /// <summary>Nights after which a catalogue is due: those before the one that writes it.</summary>
    private const int Due = CatalogueTiers.Fan + 1;

    private readonly TestDomainKeys _keys = new();

    [Theory]
    [InlineData(null)]
    [InlineData("host")]
    public async Task Many_nights_leave_few_objects_and_cost_little_each(string? cache)
    {
        const int Nights = 290;
        await using NightlyRepository repository = new(_keys, new Random(1));
        long segments = 0;
        long put = 0;
        long read = 0;
        for (int night = 1; night <= Nights; night++)
        {
            using (RepositoryReader reader = await repository.OpenAsync(cache))
            {
                using WritingRun run = _keys.NewRun();
                repository.Storage.Reset();
                await repository.PutAsync(reader, run, chunks: 3);
                segments += repository.Storage.BytesPut;
                repository.Storage.Reset();
                Assert.Empty(await CatalogueWriter.WriteAsync(reader, run, default));
                put += repository.Storage.BytesPut;
                read += repository.Storage.BytesRead;
            }

            repository.Storage.Reset();
            await repository.CheckAsync(cache);
            if (cache is not null)
            {
                Assert.Empty(repository.Storage.Read);
                await repository.CheckAsync(null);
            }

            // Of each kind at most fifteen a tier, and what came since the run began.
            Assert.InRange(repository.Storage.Read.Count, 1, 2 * (CatalogueTiers.Fan * (1 + (int)Math.Log(night, CatalogueTiers.Fan))));
        }

        Assert.InRange(put, segments / 2, (long)(segments * Math.Log(Nights, CatalogueTiers.Fan)));
        Assert.InRange(read, segments / 2, (long)(segments * Math.Log(Nights, CatalogueTiers.Fan) * 1.2));
    }

    [Fact]
    public async Task What_is_replaced_is_not_read_nor_missed_when_it_is_gone()
    {
        await using NightlyRepository repository = await FillAsync("host", Due);
        HashSet<ObjectId> replaced = await repository.ReplacedAsync();
        Assert.Equal(2 * CatalogueTiers.Fan, replaced.Count);
        repository.Storage.Reset();

        (await repository.OpenAsync(null)).Dispose();

        Assert.DoesNotContain(repository.Storage.Read, name => replaced.Contains(name.Hash));
        foreach (ObjectId id in replaced)
        {
            await repository.DeleteAsync(id);
        }

        repository.Storage.Reset();
        using (RepositoryReader reader = await repository.OpenAsync("host"))
        {
            Assert.Empty(repository.Storage.Read);
            using WritingRun run = _keys.NewRun();
            await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(
                reader, run, new WriterOptions(ChunkLimits.Default, 1, 1, 1), default);
            Assert.True(writer.HasAllPacks);
        }

        await repository.CheckAsync("host");
        await repository.CheckAsync(null);
    }

    [Fact]
    public async Task Another_host_reads_the_catalogue_only_although_what_it_knew_is_gone()
    {
        await using NightlyRepository repository = await FillAsync("host", Due - 1);
        await repository.CheckAsync("another");
        Assert.Empty(await repository.RunAsync("host"));
        foreach (ObjectId id in await repository.ReplacedAsync())
        {
            await repository.DeleteAsync(id);
        }

        repository.Storage.Reset();
        await repository.CheckAsync("another");

        Assert.Equal(4, repository.Storage.Read.Count); // a catalogue of each kind, and the segments of the night
        repository.Storage.Reset();
        await repository.CheckAsync("another");
        Assert.Empty(repository.Storage.Read);
    }

    [Fact]
    public async Task A_chunk_that_a_catalogue_hides_is_found_while_its_segment_is_listed()
    {
        await using NightlyRepository repository = await FillAsync(null, 1);
        using WritingRun run = _keys.NewRun();
        using IndexRunBuilder nothing = new();
        ObjectId[] hidden = [.. (await repository.ObjectsAsync()).Select(one => one.Id)];
        Random random = new(2);
        foreach (ChunkKind kind in (ChunkKind[])[ChunkKind.Data, ChunkKind.Tree])
        {
            // Longer than what it hides, so that it is read first.
            using IndexRunBuilder others = IndexSamples.Tables([ChunkIndexTests.RandomPack(random, 3000, kind)]);
            byte[] content = IndexObjectCodec.Encode(run, kind, others, hidden);
            await repository.Storage.PutAsync(repository.NameOf(ObjectId.Of(content)), content, default);
        }

        repository.Storage.Reset();
        using RepositoryReader reader = await repository.OpenAsync(null);

        Assert.Equal(2, repository.Storage.Read.Count);
        Assert.All(repository.Chunks, chunk => Assert.False(reader.TryLocate(chunk.Kind, reader.IdOf(chunk.Kind, chunk.Plain), out _)));
        Assert.All(repository.Chunks, chunk => Assert.True(
            reader.TryLocateElsewhere(chunk.Kind, reader.IdOf(chunk.Kind, chunk.Plain), [], default, out _)));
    }

    [Fact]
    public async Task What_a_failing_storage_kept_from_being_read_is_read_once_it_works()
    {
        await using NightlyRepository repository = await FillAsync(null, 1);
        using WritingRun run = _keys.NewRun();
        ObjectId[] hidden = [.. (await repository.ObjectsAsync()).Select(one => one.Id)];
        using IndexRunBuilder others = IndexSamples.Tables([ChunkIndexTests.RandomPack(new Random(2), 3000, ChunkKind.Data)]);
        byte[] content = IndexObjectCodec.Encode(run, ChunkKind.Data, others, hidden);
        await repository.Storage.PutAsync(repository.NameOf(ObjectId.Of(content)), content, default);
        (FaultyStorage sound, _, _) = await LoadAsync(failCall: -1);

        (_, IndexLoader loader, ChunkIndex index) = await LoadAsync(sound.Calls);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => loader.LookIntoReplacedAsync(index, default));
        Assert.All(repository.Chunks, chunk => Assert.Empty(PlacesOf(chunk.Kind, chunk.Plain)));

        Assert.True(await loader.LookIntoReplacedAsync(index, default));
        Assert.All(repository.Chunks, chunk => Assert.NotEmpty(PlacesOf(chunk.Kind, chunk.Plain)));
        Assert.False(await loader.LookIntoReplacedAsync(index, default));

        List<ChunkLocation> PlacesOf(ChunkKind kind, byte[] plain) => index.LocateAll(kind, ChunkIds.Of(_keys.Hasher(kind), plain));

        async Task<(FaultyStorage, IndexLoader, ChunkIndex)> LoadAsync(int failCall)
        {
            FaultyStorage storage = new(repository.Storage, failCall);
            IndexLoader loader = new(storage, _keys, new HeadsObjects(storage, _keys, null), null);
            ChunkIndex index = new();
            await loader.UpdateAsync(index, default);
            return (storage, loader, index);
        }
    }

    [Fact]
    public async Task What_is_damaged_since_it_was_read_is_told_and_not_replaced()
    {
        await using NightlyRepository repository = await FillAsync("host", Due - 1);
        ObjectId damaged = (await repository.ObjectsAsync()).First(one => one.Kind == ChunkKind.Data).Id;
        await repository.DamageAsync(damaged);

        SnapFsException problem = Assert.Single(await repository.RunAsync("host"));

        Assert.Contains(damaged.ToString(), problem.Message, StringComparison.Ordinal);
        HashSet<ObjectId> replaced = await repository.ReplacedAsync();
        Assert.Equal((2 * CatalogueTiers.Fan) - 1, replaced.Count);
        Assert.DoesNotContain(damaged, replaced);
    }

    [Fact]
    public async Task What_a_catalogue_replaces_is_named_by_the_next_one_while_it_is_listed()
    {
        await using NightlyRepository repository = await FillAsync("host", Due);
        ObjectId[] replaced = [.. await repository.ReplacedAsync()];
        await repository.DeleteAsync(replaced[0]);
        List<IndexObject> catalogues = [.. (await repository.ObjectsAsync()).Where(one => one.Replaced.Length > 0)];
        for (int night = 0; night < CatalogueTiers.Fan * CatalogueTiers.Fan; night++)
        {
            Assert.Empty(await repository.RunAsync("host"));
        }

        List<IndexObject> later = await repository.ObjectsAsync();

        foreach (IndexObject catalogue in catalogues)
        {
            IndexObject next = Assert.Single(later, one => one.Replaced.ToArray().Contains(catalogue.Id));
            Assert.Subset(next.Replaced.ToArray().ToHashSet(), catalogue.Replaced.ToArray().Where(id => id != replaced[0]).ToHashSet());
            Assert.DoesNotContain(replaced[0], next.Replaced.ToArray());
        }
    }

    [Fact]
    public async Task Of_runs_at_once_one_does_it_and_the_others_find_all()
    {
        await using NightlyRepository repository = await FillAsync("host", Due - 1);
        using (RepositoryReader first = await repository.OpenAsync("host"))
        using (RepositoryReader second = await repository.OpenAsync("another"))
        {
            foreach (RepositoryReader reader in (RepositoryReader[])[first, second])
            {
                using WritingRun run = _keys.NewRun();
                Assert.Empty(await CatalogueWriter.WriteAsync(reader, run, default));
            }
        }

        Assert.Equal(2, (await repository.ObjectsAsync()).Count(one => one.Replaced.Length > 0));
        foreach (string? cache in (string?[])["host", "another", null])
        {
            await repository.CheckAsync(cache);
        }

        for (int night = 0; night < CatalogueTiers.Fan * CatalogueTiers.Fan; night++)
        {
            Assert.Empty(await repository.RunAsync("host"));
        }

        await repository.CheckAsync(null);
        HashSet<ObjectId> replaced = await repository.ReplacedAsync();
        ObjectId[] packs = [.. PacksOf((await repository.ObjectsAsync()).Where(one => !replaced.Contains(one.Id)))];
        Assert.Equal(packs.Distinct().Count(), packs.Length);
    }

    [Fact]
    public async Task A_storage_that_fails_is_told_and_costs_the_catalogue_only()
    {
        await using NightlyRepository repository = await FillAsync("host", Due - 1);
        using (RepositoryReader reader = await repository.OpenAsync("host"))
        {
            using WritingRun run = _keys.NewRun();
            repository.Storage.PutsLeft = 1;
            await Assert.ThrowsAsync<StorageUnavailableException>(() => CatalogueWriter.WriteAsync(reader, run, default));
            repository.Storage.PutsLeft = int.MaxValue;
            using CancellationTokenSource stopped = new();
            await stopped.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CatalogueWriter.WriteAsync(reader, run, stopped.Token));
        }

        Assert.Equal(CatalogueTiers.Fan, (await repository.ReplacedAsync()).Count);
        await repository.CheckAsync("host");
        await repository.CheckAsync(null);
        Assert.Empty(await repository.RunAsync("host"));
        Assert.Equal(2 * CatalogueTiers.Fan, (await repository.ReplacedAsync()).Count);
    }

    [Fact]
    public async Task An_agent_that_cannot_read_writes_catalogues_if_it_may_sign_them()
    {
        foreach (bool maySign in (bool[])[true, false])
        {
            TestDomainKeys agent = _keys.ForAgent(
                "host", maySign ? [FormatKind.Pack, FormatKind.Index] : [FormatKind.Pack], canRead: false);
            await using NightlyRepository repository = await FillAsync("host", Due - 1, maySign ? agent : _keys);
            using (RepositoryReader reader = await RepositoryReader.OpenAsync(repository.Storage, [agent], null, default))
            {
                using WritingRun run = agent.NewRun();
                Assert.Empty(await CatalogueWriter.WriteAsync(reader, run, default));
            }

            using RepositoryReader after = await RepositoryReader.OpenAsync(repository.Storage, [agent], null, default);
            Assert.Equal(maySign ? 2 * CatalogueTiers.Fan : 0, (await repository.ReplacedAsync(agent)).Count);
        }
    }

    /// <summary>What another one says does not count any more once that is revoked: nobody repeats it.</summary>
    [Fact]
    public async Task What_another_signed_is_left_as_it_is()
    {
        TestDomainKeys agent = _keys.ForAgent("host", [FormatKind.Pack, FormatKind.Index]);
        await using NightlyRepository repository = await FillAsync("host", Due - 1);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(repository.Storage, [agent], null, default);
        using WritingRun run = agent.NewRun();

        Assert.Empty(await CatalogueWriter.WriteAsync(reader, run, default));

        Assert.Empty(await repository.ReplacedAsync(agent));
    }

    [Fact]
    public async Task A_cache_does_not_go_on_believing_a_signer_that_was_revoked()
    {
        TestDomainKeys agent = _keys.ForAgent("host");
        await using NightlyRepository repository = new(agent, new Random(1));
        await repository.RunAsync(null);
        string directory = Directory.CreateTempSubdirectory("snapfs-revoked-").FullName;
        (ChunkKind kind, byte[] plain) = repository.Chunks[0];
        foreach (bool isRevoked in (bool[])[false, false, true, true])
        {
            if (isRevoked)
            {
                _keys.Signers.Add(new Revocation(agent.Signer, "stolen"));
            }

            using RepositoryReader reader =
                await RepositoryReader.OpenAsync(repository.Storage, [_keys], new LocalCache(directory), default);
            ChunkId id = reader.IdOf(kind, plain);
            Assert.Equal(!isRevoked, reader.TryLocate(kind, in id, out _));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Hosts_that_back_up_at_the_same_hour_do_not_write_the_index_anew_each()
    {
        const int Hosts = 20;
        const int Nights = 15;
        await using NightlyRepository repository = new(_keys, new Random(1));
        for (int night = 0; night < Nights; night++)
        {
            List<(RepositoryReader Reader, WritingRun Run)> runs = [];
            for (int i = 0; i < Hosts; i++)
            {
                runs.Add((await repository.OpenAsync($"host {i}"), _keys.NewRun()));
            }

            await repository.PutAtOnceAsync(runs);
            foreach ((RepositoryReader reader, WritingRun run) in runs)
            {
                Assert.Empty(await CatalogueWriter.WriteAsync(reader, run, default));
                reader.Dispose();
                run.Dispose();
            }
        }

        await repository.CheckAsync(null);
        int catalogues = (await repository.ObjectsAsync()).Count(one => one.Replaced.Length > 0);
        Assert.InRange(catalogues, 0, Nights); // each did each night: three hundred
    }

    [Fact]
    public Task Whatever_goes_wrong_every_chunk_is_found() => Seeds.ForEachAsync(3, async random =>
    {
        string?[] hosts = ["host", "another", null];
        await using NightlyRepository repository = new(_keys, random);
        for (int night = 0; night < 45; night++)
        {
            repository.Storage.PutsLeft = int.MaxValue;
            string? host = hosts[random.Next(hosts.Length)];
            using (RepositoryReader reader = await repository.OpenAsync(host))
            using (RepositoryReader other = await repository.OpenAsync(hosts[random.Next(hosts.Length)]))
            {
                using WritingRun run = _keys.NewRun();
                using WritingRun another = _keys.NewRun();
                await repository.PutAsync(reader, run, random.Next(1, 5));
                repository.Storage.PutsLeft = random.Next(4) == 0 ? random.Next(2) : int.MaxValue;
                await TryWriteAsync(reader, run);
                await TryWriteAsync(other, another);
            }

            repository.Storage.PutsLeft = int.MaxValue;
            await LoseAsync(repository, random);
            foreach (string? cache in hosts.Where(_ => random.Next(2) == 0))
            {
                await repository.CheckAsync(cache);
            }
        }
    });

    private static async Task TryWriteAsync(RepositoryReader reader, WritingRun run)
    {
        try
        {
            await CatalogueWriter.WriteAsync(reader, run, default);
        }
        catch (StorageUnavailableException)
        {
            // No puts were left.
        }
    }

    /// <summary>Deletes or damages some objects of which all packs are in others.</summary>
    private static async Task LoseAsync(NightlyRepository repository, Random random)
    {
        for (int i = random.Next(6); i > 0; i--)
        {
            List<IndexObject> objects = await repository.ObjectsAsync();
            IndexObject lost = objects[random.Next(objects.Count)];
            HashSet<ObjectId> others = [.. PacksOf(objects.Where(one => one != lost))];
            if (PacksOf([lost]).All(others.Contains))
            {
                await (random.Next(2) == 0 ? repository.DeleteAsync(lost.Id) : repository.DamageAsync(lost.Id));
            }
        }
    }

    private static IEnumerable<ObjectId> PacksOf(IEnumerable<IndexObject> objects) =>
        objects.SelectMany(one => one.Packs.ToArray()).Select(pack => pack.Id);

    private async Task<NightlyRepository> FillAsync(string? cache, int nights, TestDomainKeys? writer = null)
    {
        NightlyRepository repository = new(writer ?? _keys, new Random(nights));
        for (int night = 0; night < nights; night++)
        {
            Assert.Empty(await repository.RunAsync(cache));
        }

        return repository;
    }
}
