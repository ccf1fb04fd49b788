using System.Security.Cryptography;
using SnapFs.Chunks;

namespace SnapFs.Afs.Tests.Reading;

/// <summary>Chunks in memory, each in a frame of its own.</summary>
internal sealed class MemoryChunks : IChunkSource
{
    private readonly Dictionary<(ChunkKind Kind, ChunkId Id), uint> _numbers = [];
    private readonly List<byte[]> _chunks = [];

    public ChunkRef Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        ChunkId id = ChunkId.Read(SHA256.HashData(plain));
        if (_numbers.TryAdd((kind, id), (uint)_chunks.Count))
        {
            _chunks.Add(plain.ToArray());
        }

        return new ChunkRef(id, plain.Length);
    }

    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
    {
        location = default;
        if (!_numbers.TryGetValue((kind, id), out uint number))
        {
            return false;
        }

        uint length = (uint)_chunks[(int)number].Length;
        location = new ChunkLocation(new FrameLocation(number, 64, length, length, FrameCodec.Stored), 0, length);
        return true;
    }

    public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken) =>
        _chunks[(int)frame.Pack].CopyTo(plain);

    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
        id.Span.SequenceEqual(SHA256.HashData(plain));

    public string NameOf(in FrameLocation frame) => $"packs/{frame.Pack}";
}
