using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Writing;

/// <summary>Small chunks that one thread put one after the other, waiting to become a frame.</summary>
internal sealed class GroupBuffer
{
    private readonly List<PackChunk> _chunks = [];
    private readonly ByteWriter _plain = new(64 * 1024);

    /// <summary>The chunks, in order.</summary>
    internal ReadOnlySpan<PackChunk> Chunks => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_chunks);

    /// <summary>Their plain bytes, one after the other.</summary>
    internal ReadOnlySpan<byte> Plain => _plain.Written;

    /// <summary>Adds a chunk.</summary>
    internal void Add(in ChunkId id, ReadOnlySpan<byte> plain)
    {
        _chunks.Add(new PackChunk(id, (uint)plain.Length));
        _plain.Bytes(plain);
    }

    /// <summary>Forgets the chunks and keeps the memory.</summary>
    internal void Clear()
    {
        _chunks.Clear();
        _plain.Clear();
    }
}
