using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Tests.Fakes;

namespace SnapFs.Mount.Tests.Caches;

public sealed class FrameCacheTests
{
    private readonly MemorySnapshotSource _source = new() { GroupBelow = 0 };

    [Fact]
    public void A_lease_gives_the_bytes_of_the_chunk()
    {
        using FrameCache cache = new(_source, 1 << 20, 0);
        byte[] content = Bytes(1, 5000);
        ChunkId id = _source.Put(ChunkKind.Data, content);

        using ChunkLease lease = cache.Acquire(ChunkKind.Data, id);

        Assert.Equal(content, lease.Span.ToArray());
    }

    [Fact]
    public void A_frame_is_decoded_once_for_all_its_chunks()
    {
        _source.GroupBelow = 100_000;
        ChunkId[] ids = [.. Enumerable.Range(0, 50).Select(i => _source.Put(ChunkKind.Data, Bytes(i, 100 + i)))];
        using FrameCache cache = new(_source, 1 << 20, 0);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < ids.Length; i++)
            {
                using ChunkLease lease = cache.Acquire(ChunkKind.Data, ids[i]);
                Assert.Equal(Bytes(i, 100 + i), lease.Span.ToArray());
            }
        }

        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public void Concurrent_misses_on_one_frame_are_one_decode()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        using FrameCache cache = new(_source, 1 << 20, 0);
        using ManualResetEventSlim go = new();
        _source.Reading = (_, token) => go.Wait(token);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() => cache.Acquire(ChunkKind.Data, id).Dispose()))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        Thread.Sleep(50);
        go.Set();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public void Who_gives_up_waiting_for_a_decode_leaves_it_to_the_others()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        using ThreadLocal<CancellationToken> tokens = new();
        using FrameCache cache = new(_source, 1 << 20, 0, () => tokens.Value);
        using ManualResetEventSlim reading = new();
        using ManualResetEventSlim go = new();
        _source.Reading = (_, token) =>
        {
            reading.Set();
            go.Wait(token);
        };
        using CancellationTokenSource stop = new();
        Task decoder = OnItsOwnThread(CancellationToken.None);
        Assert.True(reading.Wait(Long));
        Task waiter = OnItsOwnThread(stop.Token);
        Thread.Sleep(50);

        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => EndOf(waiter));
        Assert.False(decoder.IsCompleted);
        go.Set();
        EndOf(decoder);
        Assert.Equal(1, _source.Reads);

        Task OnItsOwnThread(CancellationToken token) => Start(() =>
        {
            tokens.Value = token;
            cache.Acquire(ChunkKind.Data, id).Dispose();
        });
    }

    [Fact]
    public void Who_waits_for_a_decode_that_is_given_up_decodes_itself()
    {
        byte[] content = Bytes(1, 5000);
        ChunkId id = _source.Put(ChunkKind.Data, content);
        using ThreadLocal<CancellationToken> tokens = new();
        using FrameCache cache = new(_source, 1 << 20, 0, () => tokens.Value);
        using ManualResetEventSlim reading = new();
        _source.Reading = (_, token) =>
        {
            reading.Set();
            token.WaitHandle.WaitOne(token.CanBeCanceled ? Long : TimeSpan.Zero);
            token.ThrowIfCancellationRequested();
        };
        using CancellationTokenSource stop = new();
        Task decoder = Start(() =>
        {
            tokens.Value = stop.Token;
            cache.Acquire(ChunkKind.Data, id).Dispose();
        });
        Assert.True(reading.Wait(Long));
        Task waiter = Start(() =>
        {
            using ChunkLease lease = cache.Acquire(ChunkKind.Data, id);
            Assert.True(lease.Span.SequenceEqual(content));
        });
        Thread.Sleep(50);

        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => EndOf(decoder));
        EndOf(waiter);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public void What_is_in_the_cache_is_given_without_a_question_and_without_memory()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        int asked = 0;
        using FrameCache cache = new(_source, 1 << 20, 0, () =>
        {
            asked++;
            return CancellationToken.None;
        });
        cache.Acquire(ChunkKind.Data, id).Dispose();
        cache.Acquire(ChunkKind.Data, id).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            cache.Acquire(ChunkKind.Data, id).Dispose();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void What_is_decoded_ahead_from_a_source_that_hangs_is_given_up_at_the_end()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        using ManualResetEventSlim reading = new();
        _source.Reading = (_, token) =>
        {
            reading.Set();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        };
        FrameCache cache = new(_source, 1 << 20, 1);
        cache.Prefetch(ChunkKind.Data, id);
        Assert.True(reading.Wait(Long));

        EndOf(Start(cache.Dispose));
    }

    [Fact]
    public void Memory_stays_within_the_capacity_and_content_right_whatever_the_frame_sizes()
    {
        Random random = new(7);
        byte[][] contents = [.. Enumerable.Range(0, 300).Select(i => Bytes(i, random.Next(1, 200_000)))];
        ChunkId[] ids = [.. contents.Select(content => _source.Put(ChunkKind.Data, content))];
        using FrameCache cache = new(_source, 1 << 20, 0);
        for (int i = 0; i < 5000; i++)
        {
            int pick = random.Next(2) == 0 ? random.Next(10) : random.Next(ids.Length);
            using ChunkLease lease = cache.Acquire(ChunkKind.Data, ids[pick]);
            Assert.True(lease.Span.SequenceEqual(contents[pick]));
            Assert.InRange(cache.ResidentBytes, 0, 1 << 20);
        }
    }

    [Fact]
    public void Leased_memory_is_not_reused_even_when_everything_else_is()
    {
        byte[][] contents = [.. Enumerable.Range(0, 40).Select(i => Bytes(i, 100_000))];
        ChunkId[] ids = [.. contents.Select(content => _source.Put(ChunkKind.Data, content))];
        using FrameCache cache = new(_source, 1 << 20, 0);
        List<(int Index, ChunkLease Lease)> held = [];
        for (int i = 0; i < ids.Length; i++)
        {
            held.Add((i, cache.Acquire(ChunkKind.Data, ids[i]))); // four times the capacity
        }

        Assert.All(held, pair => Assert.True(pair.Lease.Span.SequenceEqual(contents[pair.Index])));
        held.ForEach(pair => pair.Lease.Dispose());
        Assert.InRange(cache.ResidentBytes, 1, 1 << 20);
    }

    [Fact]
    public void A_failed_decode_names_the_pack_and_is_tried_again()
    {
        byte[] content = Bytes(1, 5000);
        ChunkId id = _source.Put(ChunkKind.Data, content);
        _source.Damage(ChunkKind.Data, id);
        using FrameCache cache = new(_source, 1 << 20, 0);

        DamagedException error = Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, id));
        Assert.Equal("packs/0000", error.Subject);
        Assert.Equal(0, cache.ResidentBytes);

        _source.Repair();
        using ChunkLease lease = cache.Acquire(ChunkKind.Data, id);
        Assert.Equal(content, lease.Span.ToArray());
    }

    [Fact]
    public void A_chunk_that_is_not_what_its_id_names_is_refused()
    {
        WrongIdSource source = new();
        using FrameCache cache = new(source, 1 << 20, 0);

        DamagedException error = Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, default));

        Assert.Equal("packs/wrong", error.Subject);
        Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, default));
        Assert.Equal(2, source.Verified);
    }

    [Fact]
    public void A_chunk_is_verified_once_while_its_frame_is_cached()
    {
        WrongIdSource source = new() { Answer = true };
        using FrameCache cache = new(source, 1 << 20, 0);
        for (int i = 0; i < 5; i++)
        {
            cache.Acquire(ChunkKind.Data, default).Dispose();
        }

        Assert.Equal(1, source.Verified);
    }

    [Fact]
    public void A_location_that_passes_its_frame_is_refused()
    {
        WrongIdSource source = new() { Answer = true, Location = new(new(0, 0, 10, 10, FrameCodec.Stored), 5, 6) };
        using FrameCache cache = new(source, 1 << 20, 0);

        Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, default));
        source.Location = new(new(0, 0, 10, uint.MaxValue, FrameCodec.Stored), 5, 6);
        Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, default));
    }

    [Fact]
    public void A_chunk_that_no_index_lists_is_damage()
    {
        using FrameCache cache = new(_source, 1 << 20, 0);
        Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Tree, default));
    }

    [Fact]
    public void A_prefetched_frame_is_not_decoded_again()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        using FrameCache cache = new(_source, 1 << 20, 1);

        cache.Prefetch(ChunkKind.Data, id);
        Assert.True(SpinWait.SpinUntil(() => cache.DecodedFrames == 1, 5000));
        cache.Acquire(ChunkKind.Data, id).Dispose();

        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public void Prefetching_damage_is_silent_and_the_reader_still_learns_of_it()
    {
        ChunkId id = _source.Put(ChunkKind.Data, Bytes(1, 5000));
        _source.Damage(ChunkKind.Data, id);
        using FrameCache cache = new(_source, 1 << 20, 1);

        cache.Prefetch(ChunkKind.Data, id);
        Assert.True(SpinWait.SpinUntil(() => _source.Reads == 1, 5000));

        Assert.Throws<DamagedException>(() => cache.Acquire(ChunkKind.Data, id));
    }

    [Fact]
    public void The_oldest_orders_are_dropped_when_the_queue_is_full()
    {
        ChunkId[] ids = [.. Enumerable.Range(0, 200).Select(i => _source.Put(ChunkKind.Data, Bytes(i, 1000)))];
        using ManualResetEventSlim go = new();
        _source.Reading = (_, token) => go.Wait(token);
        using FrameCache cache = new(_source, 1 << 20, 1);
        foreach (ChunkId id in ids)
        {
            cache.Prefetch(ChunkKind.Data, id);
        }

        go.Set();
        Assert.True(SpinWait.SpinUntil(() => cache.DecodedFrames >= 64, 5000));
        Thread.Sleep(50);
        Assert.InRange(cache.DecodedFrames, 64, 65); // the queue and the one that was being decoded
        long before = _source.Reads;
        cache.Acquire(ChunkKind.Data, ids[^1]).Dispose();
        Assert.Equal(before, _source.Reads);
    }

    [Fact]
    public void Readers_and_prefetchers_race_without_wrong_bytes()
    {
        byte[][] contents = [.. Enumerable.Range(0, 100).Select(i => Bytes(i, 40_000 + (i * 100)))];
        ChunkId[] ids = [.. contents.Select(content => _source.Put(ChunkKind.Data, content))];
        using FrameCache cache = new(_source, 1 << 20, 2);
        Parallel.For(0, 4, worker =>
        {
            Random random = new(worker);
            for (int i = 0; i < 2000; i++)
            {
                int pick = random.Next(ids.Length);
                cache.Prefetch(ChunkKind.Data, ids[random.Next(ids.Length)]);
                using ChunkLease lease = cache.Acquire(ChunkKind.Data, ids[pick]);
                Assert.True(lease.Span.SequenceEqual(contents[pick]));
            }
        });
        Assert.InRange(cache.ResidentBytes, 0, 1 << 20);
    }

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static Task Start(Action run) => Task.Factory.StartNew(
        run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void EndOf(Task task) => task.WaitAsync(Long).GetAwaiter().GetResult();

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class WrongIdSource : IChunkSource
    {
        public bool Answer { get; init; }

        public int Verified { get; private set; }

        public ChunkLocation Location { get; set; } = new(new(0, 0, 10, 10, FrameCodec.Stored), 0, 10);

        public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
        {
            location = Location;
            return true;
        }

        public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken) => plain.Clear();

        public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain)
        {
            Verified++;
            return Answer;
        }

        public string NameOf(in FrameLocation frame) => "packs/wrong";
    }
}
