using System.Collections.Concurrent;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Support;

/// <summary>Keeps chunks in a dictionary; also gives tree pages back.</summary>
internal sealed class MemorySink : IChunkSink, ITreePages
{
    private readonly ConcurrentDictionary<(ChunkKind Kind, ChunkId Id), byte[]> _chunks = new();
    private long _newData;

    /// <summary>Data chunks that were not stored before.</summary>
    public long NewDataChunks => Volatile.Read(ref _newData);

    /// <summary>Called before each put.</summary>
    public Action<ChunkKind, int>? OnPut { get; set; }

    public bool HasAllPacks => true;

    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        Assert.False(plain.IsEmpty, "an empty chunk was put");
        OnPut?.Invoke(kind, plain.Length);
        ChunkId id = ChunkId.Read(SHA256.HashData(plain));
        if (_chunks.TryAdd((kind, id), plain.ToArray()) && kind == ChunkKind.Data)
        {
            Interlocked.Increment(ref _newData);
        }

        return id;
    }

    public bool Contains(ChunkKind kind, in ChunkId id) => _chunks.ContainsKey((kind, id));

    public void Remove(ChunkKind kind, in ChunkId id) => _chunks.TryRemove((kind, id), out _);

    public byte[] Get(ChunkKind kind, in ChunkId id) => _chunks[(kind, id)];

    public TreePage Load(in ChunkRef page) => _chunks.TryGetValue((ChunkKind.Tree, page.Id), out byte[]? bytes)
        ? TreePage.Parse(bytes)
        : throw new DamagedException("packs/test", "a page is missing");
}
