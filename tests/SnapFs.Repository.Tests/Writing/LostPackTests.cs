using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Testing.Damage;
using Xunit;

namespace SnapFs.Repository.Tests.Writing;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LostPackTests : IDisposable
{
    private static readonly WriterOptions Options = new(ChunkLimits.Default, 128 * 1024, 256 * 1024, 1);

    private readonly TestDomainKeys _keys = new();
    private readonly MemoryStorage _storage = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("snapfs-lost-").FullName;
    private readonly byte[] _first = RandomNumberGenerator.GetBytes(1000);
    private readonly byte[] _second = RandomNumberGenerator.GetBytes(1000);

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public async Task Nothing_is_lost_while_every_pack_is_there()
    {
        await PutAsync(_storage, _first);
        await PutAsync(_storage, _second);

        await using RepositoryWriter writer = await OpenAsync(_storage);

        Assert.True(writer.HasAllPacks);
        Assert.Equal(0, writer.LostPacks);
    }

    [Theory]
    [InlineData(DamageKind.Missing)]
    [InlineData(DamageKind.Short)]
    public async Task A_lost_pack_is_told_until_what_was_in_it_is_stored_anew(DamageKind damage)
    {
        await PutAsync(_storage, _first, _second);
        ObjectName pack = Assert.Single(await NamesAsync(ObjectKind.Pack));
        await using DamagedStorage damaged = new(_storage, pack, damage);
        foreach ((byte[] again, bool isLastTold) in ((byte[], bool)[])[(_first, true), (_second, true), (_first, false)])
        {
            await using RepositoryWriter writer = await OpenAsync(damaged);
            Assert.Equal(!isLastTold, writer.HasAllPacks);
            Assert.Equal(isLastTold ? 1 : 0, writer.LostPacks);
            writer.Put(ChunkKind.Data, again);
            await writer.FlushAsync();
        }
    }

    [Fact]
    public async Task Packs_of_a_lost_segment_are_indexed_again_and_nothing_is_stored_twice()
    {
        await PutAsync(_storage, _first);
        await DeleteSegmentsAsync();

        await using RepositoryWriter writer = await OpenAsync(_storage);

        Assert.True(writer.Contains(ChunkKind.Data, IdOf(_first)));
        Assert.Equal(0, writer.LostPacks);
        Assert.False(writer.HasAllPacks); // what else the segment listed is not known: everything is asked for once
        await using RepositoryWriter next = await OpenAsync(_storage);
        Assert.True(next.HasAllPacks);
        Assert.Single(await NamesAsync(ObjectKind.Pack));
    }

    [Fact]
    public async Task A_reader_that_shares_its_index_sees_what_was_indexed_again()
    {
        await PutAsync(_storage, _first);
        await DeleteSegmentsAsync();
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, default);
        Assert.False(reader.TryLocate(ChunkKind.Data, IdOf(_first), out _));

        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);

        Assert.True(reader.TryLocate(ChunkKind.Data, IdOf(_first), out _));
    }

    [Fact]
    public async Task A_pack_in_which_something_was_found_wrong_counts_for_no_later_writer_of_the_same_reader()
    {
        await PutAsync(_storage, _first, _second);
        ObjectName pack = Assert.Single(await NamesAsync(ObjectKind.Pack));
        await using DamagedStorage damaged = new(_storage, pack, DamageKind.Flipped);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(damaged, [_keys], null, default);
        Assert.True(reader.TryLocate(ChunkKind.Data, IdOf(_first), out ChunkLocation place));
        await using (RepositoryWriter before = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default))
        {
            Assert.True(before.HasAllPacks);
            Assert.False(reader.TryLocateElsewhere(ChunkKind.Data, IdOf(_first), [place], default, out _));
            Assert.False(before.HasAllPacks);
            Assert.False(before.Contains(ChunkKind.Data, IdOf(_second)));
        }

        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);

        Assert.False(writer.HasAllPacks);
        Assert.False(writer.Contains(ChunkKind.Data, IdOf(_second)));
    }

    [Fact]
    public async Task Packs_of_a_run_that_is_alive_are_left_to_it()
    {
        await using (LeaseKeeper other = await LeaseKeeper.StartAsync(
            _storage, _keys, LeaseKind.Backup, TimeProvider.System, BootTime.Elapsed, default))
        {
            await PutAsync(_storage, _first);
            await DeleteSegmentsAsync();

            await using RepositoryWriter writer = await OpenAsync(_storage);

            Assert.False(writer.Contains(ChunkKind.Data, IdOf(_first)));
            Assert.True(writer.HasAllPacks);
        }

        await using RepositoryWriter after = await OpenAsync(_storage);
        Assert.True(after.Contains(ChunkKind.Data, IdOf(_first)));
    }

    [Theory]
    [InlineData(DamageKind.Short)]
    [InlineData(DamageKind.Zeroed)]
    [InlineData(DamageKind.Foreign)]
    [InlineData(DamageKind.Unreadable)]
    public async Task A_pack_without_a_segment_that_cannot_be_understood_is_left_alone(DamageKind damage)
    {
        await PutAsync(_storage, _first);
        await DeleteSegmentsAsync();
        ObjectName pack = Assert.Single(await NamesAsync(ObjectKind.Pack));
        await using DamagedStorage damaged = new(_storage, pack, damage);

        await using RepositoryWriter writer = await OpenAsync(damaged);

        Assert.False(writer.Contains(ChunkKind.Data, IdOf(_first)));
        Assert.False(writer.HasAllPacks);
    }

    [Fact]
    public async Task Nothing_is_taken_for_stored_or_lost_because_a_cache_knows_packs_that_are_not_there()
    {
        await PutAsync(_storage, _first);
        LocalCache cache = new(_cache);
        (await RepositoryReader.OpenAsync(_storage, [_keys], cache, default)).Dispose();
        await DeleteSegmentsAsync();
        await _storage.DeleteAsync(Assert.Single(await NamesAsync(ObjectKind.Pack)), default);

        for (int run = 0; run < 2; run++)
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], cache, default);
            await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, _keys.NewRun(), Options, default);
            Assert.Equal(0, writer.LostPacks);
            Assert.False(writer.HasAllPacks);
            if (run == 1)
            {
                await writer.FlushAsync();
                await writer.CommitAsync(0, SampleSnapshot.Head(), SampleSnapshot.Body(), default);
            }
        }

        using RepositoryReader last = await RepositoryReader.OpenAsync(_storage, [_keys], cache, default);
        await using RepositoryWriter after = await RepositoryWriter.OpenAsync(last, _keys.NewRun(), Options, default);
        Assert.True(after.HasAllPacks);
    }

    [Fact]
    public async Task A_pack_that_two_segments_list_counts_as_one()
    {
        await PutAsync(_storage, _first);
        await PutAsync(_storage, _second);
        List<(ObjectName Name, byte[] Content)> segments = [];
        foreach (ObjectName name in await NamesAsync(ObjectKind.Index))
        {
            segments.Add((name, await _storage.GetAsync(name, int.MaxValue, default)));
        }

        await DeleteSegmentsAsync();
        await (await OpenAsync(_storage)).DisposeAsync();
        foreach ((ObjectName name, byte[] content) in segments)
        {
            await _storage.PutAsync(name, content, default);
        }

        await using RepositoryWriter writer = await OpenAsync(_storage);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, default);

        Assert.Equal(3, (await NamesAsync(ObjectKind.Index)).Count);
        Assert.True(writer.HasAllPacks);
        Assert.Equal(2, reader.IndexedPacks.Count());
    }

    [Theory]
    [InlineData(DamageKind.Short)]
    [InlineData(DamageKind.Flipped)]
    [InlineData(DamageKind.Unreadable)]
    public async Task Packs_of_a_segment_that_lies_there_damaged_are_indexed_again(DamageKind damage)
    {
        await PutAsync(_storage, _first);
        ObjectName segment = Assert.Single(await NamesAsync(ObjectKind.Index));
        await using DamagedStorage damaged = new(_storage, segment, damage);

        await using RepositoryWriter writer = await OpenAsync(damaged);

        Assert.True(writer.Contains(ChunkKind.Data, IdOf(_first)));
        await using RepositoryWriter next = await OpenAsync(damaged);
        Assert.Equal(0, next.ChunksAdded);
        Assert.Equal(2, (await NamesAsync(ObjectKind.Index)).Count);
    }

    [Fact]
    public async Task A_chunk_longer_than_any_reader_accepts_is_not_taken()
    {
        await using RepositoryWriter writer = await OpenAsync(_storage);

        Assert.Throws<EncodingLimitException>(
            () => writer.Put(ChunkKind.Tree, new byte[Trees.TreeLimits.MaxPage + 1]));
        writer.Put(ChunkKind.Tree, new byte[Trees.TreeLimits.MaxPage]);
    }

    private Task<RepositoryWriter> OpenAsync(IStorage storage) =>
        RepositoryWriter.OpenAsync(storage, _keys.NewRun(), Options, null, default);

    private async Task PutAsync(IStorage storage, params byte[][] plain)
    {
        await using RepositoryWriter writer = await OpenAsync(storage);
        Array.ForEach(plain, bytes => writer.Put(ChunkKind.Data, bytes));
        await writer.FlushAsync();
    }

    private ChunkId IdOf(byte[] plain)
    {
        byte[] id = new byte[ChunkId.Length];
        _keys.Hasher(ChunkKind.Data).Hash(plain, id);
        return ChunkId.Read(id);
    }

    private async Task DeleteSegmentsAsync()
    {
        foreach (ObjectName segment in await NamesAsync(ObjectKind.Index))
        {
            await _storage.DeleteAsync(segment, default);
        }
    }

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
