using System.Security.Cryptography;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Testing.Damage;
using Xunit;

namespace SnapFs.Repository.Tests.Reading;

public sealed class SeveralPlacesTests
{
    private static readonly WriterOptions Options = new(ChunkLimits.Default, 128 * 1024, 256 * 1024, 1);

    private readonly TestDomainKeys _keys = new();
    private readonly MemoryStorage _storage = new();

    public static TheoryData<ChunkKind, DamageKind> Damages()
    {
        TheoryData<ChunkKind, DamageKind> rows = [];
        foreach (ChunkKind kind in (ChunkKind[])[ChunkKind.Data, ChunkKind.Tree])
        {
            foreach (DamageKind damage in Enum.GetValues<DamageKind>())
            {
                rows.Add(kind, damage);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_chunk_is_read_from_the_pack_that_is_whole(ChunkKind kind, DamageKind damage)
    {
        byte[][] plain = [.. Enumerable.Range(0, 5).Select(i => RandomNumberGenerator.GetBytes(50_000 + i))];
        List<ObjectName> copies = await PutTwiceAsync(kind, plain);
        foreach (ObjectName copy in copies)
        {
            await using DamagedStorage damaged = new(_storage, copy, damage);
            using RepositoryReader reader = await RepositoryReader.OpenAsync(damaged, [_keys], null, default);
            using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 1);
            for (int round = 0; round < 2; round++)
            {
                Assert.All(plain, bytes => Assert.Equal(bytes, Read(frames, kind, bytes)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_chunk_that_is_whole_nowhere_is_an_error_that_says_why(ChunkKind kind, DamageKind damage)
    {
        byte[] plain = RandomNumberGenerator.GetBytes(50_000);
        await PutAsync(_storage, kind, plain);
        ObjectName pack = Assert.Single(await PacksAsync());
        await using DamagedStorage damaged = new(_storage, pack, damage);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(damaged, [_keys], null, default);
        using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);

        SnapFsException failure = Assert.ThrowsAny<SnapFsException>(() => Read(frames, kind, plain));

        Assert.Equal(
            damage == DamageKind.Unreadable ? ErrorKind.StorageUnavailable : ErrorKind.Damaged, failure.Kind);
        Assert.Contains(pack.RelativePath, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChunkKind.Data)]
    [InlineData(ChunkKind.Tree)]
    public async Task A_chunk_is_read_from_the_third_pack_when_one_cannot_be_read_and_one_is_damaged(ChunkKind kind)
    {
        byte[] plain = RandomNumberGenerator.GetBytes(50_000);
        List<ObjectName> packs = await PutTwiceAsync(kind, [plain]);
        await using DamagedStorage withoutOne = new(_storage, packs[0], DamageKind.Missing);
        await using (DamagedStorage withoutBoth = new(withoutOne, packs[1], DamageKind.Missing))
        {
            await PutAsync(withoutBoth, kind, plain);
        }

        packs = await PacksAsync();
        Assert.Equal(3, packs.Count);
        foreach (ObjectName whole in packs)
        {
            ObjectName[] bad = [.. packs.Where(pack => pack != whole)];
            await using DamagedStorage unreadable = new(_storage, bad[0], DamageKind.Unreadable);
            await using DamagedStorage damaged = new(unreadable, bad[1], DamageKind.Zeroed);
            using RepositoryReader reader = await RepositoryReader.OpenAsync(damaged, [_keys], null, default);
            using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);

            Assert.Equal(plain, Read(frames, kind, plain));
        }
    }

    [Fact]
    public async Task A_reader_that_runs_for_weeks_finds_what_was_stored_anew_meanwhile()
    {
        byte[] plain = RandomNumberGenerator.GetBytes(50_000);
        await PutAsync(_storage, ChunkKind.Data, plain);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, default);
        using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);
        await _storage.DeleteAsync(Assert.Single(await PacksAsync()), default);
        await PutAsync(_storage, ChunkKind.Data, plain);

        Assert.Equal(plain, Read(frames, ChunkKind.Data, plain));
    }

    [Fact]
    public async Task A_pack_that_is_brought_back_is_read_again()
    {
        byte[] plain = RandomNumberGenerator.GetBytes(50_000);
        await PutAsync(_storage, ChunkKind.Data, plain);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, default);
        using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);
        ObjectName pack = Assert.Single(await PacksAsync());
        byte[] content = await _storage.GetAsync(pack, int.MaxValue, default);
        await _storage.DeleteAsync(pack, default);
        Assert.Throws<DamagedException>(() => Read(frames, ChunkKind.Data, plain));

        await _storage.PutAsync(pack, content, default);

        Assert.Equal(plain, Read(frames, ChunkKind.Data, plain));
    }

    [Fact]
    public async Task A_chunk_of_a_segment_that_cannot_be_read_is_not_called_damaged()
    {
        byte[] plain = RandomNumberGenerator.GetBytes(50_000);
        await PutAsync(_storage, ChunkKind.Data, plain);
        ObjectName segment = Assert.Single(await NamesAsync(ObjectKind.Index));
        await using DamagedStorage damaged = new(_storage, segment, DamageKind.Unreadable);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(damaged, [_keys], null, default);
        using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);

        ObjectReadException failure = Assert.Throws<ObjectReadException>(() => Read(frames, ChunkKind.Data, plain));

        Assert.Contains(segment.RelativePath, failure.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.StorageUnavailable, Assert.Single(reader.Problems).Kind);
    }

    /// <summary>Stores chunks in two packs of two segments; returns the packs.</summary>
    private async Task<List<ObjectName>> PutTwiceAsync(ChunkKind kind, byte[][] plain)
    {
        await PutAsync(_storage, kind, plain);
        ObjectName first = Assert.Single(await PacksAsync());
        await using (DamagedStorage damaged = new(_storage, first, DamageKind.Missing))
        {
            await PutAsync(damaged, kind, plain);
        }

        List<ObjectName> packs = await PacksAsync();
        Assert.Equal(2, packs.Count);
        return packs;
    }

    private async Task PutAsync(IStorage storage, ChunkKind kind, params byte[][] plain)
    {
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(storage, _keys.NewRun(), Options, null, default);
        foreach (byte[] bytes in plain)
        {
            writer.Put(kind, bytes);
        }

        await writer.FlushAsync();
    }

    private byte[] Read(FrameCache frames, ChunkKind kind, byte[] plain)
    {
        byte[] id = new byte[ChunkId.Length];
        _keys.Hasher(kind).Hash(plain, id);
        using ChunkLease lease = frames.Acquire(kind, ChunkId.Read(id));
        return lease.Span.ToArray();
    }

    private Task<List<ObjectName>> PacksAsync() => NamesAsync(ObjectKind.Pack);

    private async Task<List<ObjectName>> NamesAsync(ObjectKind kind)
    {
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in _storage.ListAsync(kind, default))
        {
            names.Add(info.Name);
        }

        return names;
    }
}
