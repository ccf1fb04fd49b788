using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Writing;

public sealed class RepositoryWriterTests
{
    private static readonly WriterOptions Options = new(
        new ChunkLimits(256 * 1024, 1024 * 1024, 4 * 1024 * 1024), 128 * 1024, 256 * 1024, 1);

    private readonly TestDomainKeys _keys = new();

    [Fact]
    public async Task Chunks_of_every_size_and_kind_come_back()
    {
        await using MemoryStorage storage = new();
        List<(ChunkKind Kind, ChunkId Id, byte[] Plain)> put = [];
        await using (RepositoryWriter writer = await OpenAsync(storage))
        {
            Random random = new(1);
            foreach (int length in (int[])[1, 2, 511, 4096, 131_071, 131_072, 131_073, 300_000, 4_194_304, 100, 200])
            {
                foreach (ChunkKind kind in (ChunkKind[])[ChunkKind.Data, ChunkKind.Tree])
                {
                    byte[] plain = new byte[length];
                    if (length % 2 == 0)
                    {
                        random.NextBytes(plain);
                    }
                    else
                    {
                        plain.AsSpan().Fill(unchecked((byte)length));
                    }

                    put.Add((kind, writer.Put(kind, plain), plain));
                }
            }

            await writer.FlushAsync();
        }

        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, [_keys], null, default);
        foreach ((ChunkKind kind, ChunkId id, byte[] plain) in put)
        {
            Assert.Equal(plain, Read(reader, kind, id));
        }
    }

    [Fact]
    public async Task What_is_stored_is_not_stored_again()
    {
        await using MemoryStorage storage = new();
        byte[] small = new byte[1000];
        byte[] large = new byte[500_000];
        Random.Shared.NextBytes(small);
        Random.Shared.NextBytes(large);
        for (int run = 0; run < 3; run++)
        {
            await using RepositoryWriter writer = await OpenAsync(storage);
            for (int again = 0; again < 3; again++)
            {
                writer.Put(ChunkKind.Data, small);
                writer.Put(ChunkKind.Data, large);
            }

            await writer.FlushAsync();
            Assert.Equal(run == 0 ? 2 : 0, writer.ChunksAdded);
            Assert.Equal(run == 0 ? 501_000 : 0, writer.BytesAdded);
        }
    }

    [Fact]
    public async Task A_chunk_whose_pack_is_gone_is_stored_again()
    {
        await using MemoryStorage storage = new();
        byte[] plain = new byte[1000];
        Random.Shared.NextBytes(plain);
        ChunkId id = default;
        for (int run = 0; run < 2; run++)
        {
            await using (RepositoryWriter writer = await OpenAsync(storage))
            {
                Assert.False(writer.Contains(ChunkKind.Data, ChunkIdOf(plain)));
                id = writer.Put(ChunkKind.Data, plain);
                Assert.True(writer.Contains(ChunkKind.Data, in id));
                await writer.FlushAsync();
                Assert.Equal(1, writer.ChunksAdded);
            }

            if (run == 0)
            {
                await foreach (ObjectInfo pack in storage.ListAsync(ObjectKind.Pack, default))
                {
                    await storage.DeleteAsync(pack.Name, default);
                }
            }
        }

        // The pack's salt differs, so its name does: the first run's index segment leads nowhere, the second's does.
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, [_keys], null, default);
        Assert.True(reader.TryLocate(ChunkKind.Data, in id, out _));
    }

    [Fact]
    public async Task A_writer_that_shares_a_readers_index_lists_it_once_and_does_not_store_again()
    {
        await using MemoryStorage storage = new();
        byte[] plain = new byte[1000];
        Random.Shared.NextBytes(plain);
        await using (RepositoryWriter first = await OpenAsync(storage))
        {
            first.Put(ChunkKind.Data, plain);
            await first.FlushAsync();
        }

        SnapFs.Testing.FaultyStorage counted = new(storage, failCall: -1);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(counted, [_keys], null, default);
        int calls = counted.Calls;
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);

        Assert.Equal(1, counted.Calls - calls); // packs
        writer.Put(ChunkKind.Data, plain);
        Assert.Equal(0, writer.ChunksAdded);
    }

    [Fact]
    public async Task What_a_reader_learns_later_does_not_count_as_stored()
    {
        await using MemoryStorage storage = new();
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, [_keys], null, default);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);
        byte[] plain = new byte[1000];
        Random.Shared.NextBytes(plain);
        await using (RepositoryWriter other = await OpenAsync(storage))
        {
            other.Put(ChunkKind.Data, plain);
            await other.FlushAsync();
        }

        Assert.True(reader.Refresh(default));
        ChunkId id = ChunkIdOf(plain);
        Assert.True(reader.TryLocate(ChunkKind.Data, in id, out _));
        Assert.False(writer.Contains(ChunkKind.Data, in id));
        writer.Put(ChunkKind.Data, plain);
        Assert.Equal(1, writer.ChunksAdded);
    }

    [Fact]
    public async Task A_pack_that_goes_after_the_index_was_read_does_not_count_as_stored()
    {
        await using MemoryStorage storage = new();
        byte[] plain = new byte[1000];
        Random.Shared.NextBytes(plain);
        await using (RepositoryWriter first = await OpenAsync(storage))
        {
            first.Put(ChunkKind.Data, plain);
            await first.FlushAsync();
        }

        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, [_keys], null, default);
        await foreach (ObjectInfo pack in storage.ListAsync(ObjectKind.Pack, default))
        {
            await storage.DeleteAsync(pack.Name, default);
        }

        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);
        Assert.False(writer.Contains(ChunkKind.Data, ChunkIdOf(plain)));
    }

    [Fact]
    public async Task Packs_grow_to_their_target_and_their_names_are_their_hashes()
    {
        await using MemoryStorage storage = new();
        await using (RepositoryWriter writer = await OpenAsync(storage))
        {
            byte[] plain = new byte[1024 * 1024];
            Parallel.For(0, 50, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            {
                byte[] own = new byte[plain.Length];
                new Random(i).NextBytes(own);
                writer.Put(ChunkKind.Data, own);
            });
            await writer.FlushAsync();
        }

        List<long> lengths = [];
        await foreach (ObjectInfo pack in storage.ListAsync(ObjectKind.Pack, default))
        {
            byte[] content = await storage.GetAsync(pack.Name, int.MaxValue, default);
            Assert.Equal(pack.Name.Id, ObjectId.Of(content).ToString());
            Assert.Equal(SnapFs.Sizes.Padme.RoundUp(content.Length), content.Length);
            lengths.Add(content.Length);
        }

        lengths.Sort();
        Assert.All(lengths.Skip(1), length => Assert.InRange(length, 16 * 1024 * 1024, 27 * 1024 * 1024));
    }

    [Fact]
    public async Task Packs_of_many_chunks_are_indexed_by_several_segments()
    {
        await using MemoryStorage storage = new();
        List<(ChunkId Id, byte[] Plain)> put = [];
        Random random = new(3);
        WriterOptions options = Options with { ChunksPerSegment = 100 };
        await using (RepositoryWriter writer = await RepositoryWriter.OpenAsync(storage, _keys.NewRun(), options, null, default))
        {
            for (int i = 0; i < 500; i++)
            {
                byte[] plain = new byte[120_000];
                random.NextBytes(plain);
                put.Add((writer.Put(ChunkKind.Data, plain), plain));
            }

            await writer.FlushAsync();
        }

        int segments = 0;
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Index, default))
        {
            segments++;
        }

        Assert.InRange(segments, 2, 4);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, [_keys], null, default);
        Assert.All(put, chunk => Assert.Equal(chunk.Plain, Read(reader, ChunkKind.Data, chunk.Id)));
    }

    [Fact]
    public void Ids_that_were_added_are_found_and_no_others()
    {
        using ChunkIdSet set = new();
        Random random = new(4);
        List<ChunkId> ids = [];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[ChunkId.Length];
            random.NextBytes(bytes);
            ids.Add(ChunkId.Read(bytes));
        }

        Assert.All(ids[..10_000], id => Assert.True(set.TryAdd(in id)));
        Assert.All(ids[..10_000], id => Assert.False(set.TryAdd(in id)));
        Assert.All(ids[..10_000], id => Assert.True(set.Contains(in id)));
        Assert.All(ids[10_000..], id => Assert.False(set.Contains(in id)));
    }

    [Fact]
    public async Task A_storage_that_fails_stops_the_run_and_is_reported()
    {
        await using MemoryStorage storage = new();
        await using RepositoryWriter writer = await OpenAsync(new SnapFs.Testing.FaultyStorage(storage, failCall: 2));
        writer.Put(ChunkKind.Data, new byte[1000]);

        await Assert.ThrowsAnyAsync<SnapFsException>(writer.FlushAsync);
        await Assert.ThrowsAnyAsync<SnapFsException>(() => writer.CommitAsync(
            0, SampleSnapshot.Head(), SampleSnapshot.Body(), default));
    }

    [Fact]
    public async Task A_storage_that_fails_leaves_no_thread_waiting_for_room()
    {
        const int Calls = 2; // what opening asks of the storage
        await using MemoryStorage storage = new();
        await using RepositoryWriter writer = await OpenAsync(
            new SnapFs.Testing.FaultyStorage(storage, Calls, staysDown: true));

        Task[] threads = [.. Enumerable.Range(0, 12).Select(seed => Task.Factory.StartNew(
            () => PutForEver(writer, seed), TaskCreationOptions.LongRunning))];
        foreach (Task thread in threads)
        {
            await Assert.ThrowsAnyAsync<SnapFsException>(() => thread.WaitAsync(TimeSpan.FromMinutes(2)));
        }
    }

    private static void PutForEver(RepositoryWriter writer, int seed)
    {
        Random random = new(seed);
        byte[] plain = new byte[4_000_000];
        random.NextBytes(plain);
        while (true)
        {
            random.NextBytes(plain.AsSpan(0, 16));
            writer.Put(ChunkKind.Data, plain);
        }
    }

    private Task<RepositoryWriter> OpenAsync(IStorage storage) =>
        RepositoryWriter.OpenAsync(storage, _keys.NewRun(), Options, null, CancellationToken.None);

    private ChunkId ChunkIdOf(byte[] plain)
    {
        byte[] id = new byte[32];
        _keys.Hasher(ChunkKind.Data).Hash(plain, id);
        return ChunkId.Read(id);
    }

    private static byte[] Read(RepositoryReader reader, ChunkKind kind, ChunkId id)
    {
        Assert.True(reader.TryLocate(kind, in id, out ChunkLocation location));
        byte[] frame = new byte[location.Frame.PlainLength];
        reader.ReadFrame(location.Frame, frame, CancellationToken.None);
        byte[] plain = frame.AsSpan((int)location.Offset, (int)location.Length).ToArray();
        Assert.True(reader.Verify(kind, in id, plain));
        return plain;
    }
}
