using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Writing;

/// <summary>A repository to which every night adds a little, and all that must be found in it.</summary>
internal sealed class NightlyRepository(TestDomainKeys keys, Random random) : IAsyncDisposable
{
    private static readonly WriterOptions Options = new(ChunkLimits.Default, 128 * 1024, 256 * 1024, 1);

    private readonly string _caches = Directory.CreateTempSubdirectory("snapfs-nights-").FullName;
    private readonly List<(ChunkKind Kind, byte[] Plain)> _chunks = [];

    /// <summary>All that was put.</summary>
    internal IReadOnlyList<(ChunkKind Kind, byte[] Plain)> Chunks => _chunks;

    internal WatchedStorage Storage { get; } = new(new MemoryStorage());

    /// <summary>Opens it.</summary>
    /// <param name="cache">The cache of one of its hosts; null for none.</param>
    internal Task<RepositoryReader> OpenAsync(string? cache) => RepositoryReader.OpenAsync(
        Storage, [keys], cache is null ? null : new LocalCache(Path.Combine(_caches, cache)), default);

    /// <summary>A whole night.</summary>
    /// <returns>What went wrong with the catalogues.</returns>
    internal async Task<IReadOnlyList<SnapFsException>> RunAsync(string? cache, int chunks = 3)
    {
        using RepositoryReader reader = await OpenAsync(cache);
        using WritingRun run = keys.NewRun();
        await PutAsync(reader, run, chunks);
        return await CatalogueWriter.WriteAsync(reader, run, default);
    }

    /// <summary>Adds some chunks, after all that are there were offered again: none of these is taken.</summary>
    internal async Task PutAsync(RepositoryReader reader, WritingRun run, int chunks)
    {
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, run, Options, default);
        Assert.Equal(0, writer.LostPacks);
        _chunks.ForEach(chunk => writer.Put(chunk.Kind, chunk.Plain));
        Assert.Equal(0, writer.ChunksAdded);
        for (int i = 0; i < chunks; i++)
        {
            byte[] plain = new byte[100];
            random.NextBytes(plain);
            ChunkKind kind = i == 0 ? ChunkKind.Tree : ChunkKind.Data;
            writer.Put(kind, plain);
            _chunks.Add((kind, plain));
        }

        await writer.FlushAsync();
    }

    /// <summary>Adds a chunk in each of several runs that overlap.</summary>
    internal async Task PutAtOnceAsync(IEnumerable<(RepositoryReader Reader, WritingRun Run)> runs)
    {
        List<RepositoryWriter> writers = [];
        foreach ((RepositoryReader reader, WritingRun run) in runs)
        {
            writers.Add(await RepositoryWriter.OpenAsync(reader, run, Options, default));
        }

        foreach (RepositoryWriter writer in writers)
        {
            byte[] plain = new byte[100];
            random.NextBytes(plain);
            writer.Put(ChunkKind.Data, plain);
            _chunks.Add((ChunkKind.Data, plain));
            await writer.FlushAsync();
            await writer.DisposeAsync();
        }
    }

    /// <summary>Every chunk is found, and some are read.</summary>
    internal async Task CheckAsync(string? cache)
    {
        using RepositoryReader reader = await OpenAsync(cache);
        foreach ((ChunkKind kind, byte[] plain) in _chunks)
        {
            ChunkId id = reader.IdOf(kind, plain);
            Assert.True(reader.TryLocate(kind, in id, out ChunkLocation location), $"{kind} {id}");
            if (random.Next(50) == 0 && keys.CanRead)
            {
                byte[] frame = new byte[location.Frame.PlainLength];
                reader.ReadFrame(location.Frame, frame, default);
                Assert.Equal(plain, frame.AsSpan((int)location.Offset, (int)location.Length).ToArray());
            }
        }
    }

    /// <summary>What counts of the index.</summary>
    /// <param name="reader">For whom; null for who writes each night.</param>
    internal async Task<List<IndexObject>> ObjectsAsync(TestDomainKeys? reader = null)
    {
        List<IndexObject> objects = [];
        foreach (ObjectInfo info in await Storage.ListOldestFirstAsync(ObjectKind.Index, keys.DomainName, default))
        {
            byte[] content = await Storage.GetAsync(info.Name, int.MaxValue, default);
            if (ObjectId.Of(content) == info.Name.Hash
                && IndexObjectCodec.Decode(reader ?? keys, content, info.Name.Hash, info.Name.RelativePath) is { IsTrusted: true } read)
            {
                objects.Add(read);
            }
        }

        return objects;
    }

    /// <summary>The names that others replace.</summary>
    internal async Task<HashSet<ObjectId>> ReplacedAsync(TestDomainKeys? reader = null) =>
        [.. (await ObjectsAsync(reader)).SelectMany(one => one.Replaced.ToArray())];

    internal ObjectName NameOf(ObjectId id) => new(ObjectKind.Index, keys.DomainName, id.ToString());

    internal Task DeleteAsync(ObjectId id) => Storage.DeleteAsync(NameOf(id), default);

    /// <summary>Puts other bytes in place of an object.</summary>
    internal async Task DamageAsync(ObjectId id)
    {
        byte[] content = await Storage.GetAsync(NameOf(id), int.MaxValue, default);
        content = [.. content];
        content[random.Next(content.Length)] ^= 0x10;
        await DeleteAsync(id);
        await Storage.PutAsync(NameOf(id), content, default);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_caches, recursive: true);
        return Storage.DisposeAsync();
    }
}
