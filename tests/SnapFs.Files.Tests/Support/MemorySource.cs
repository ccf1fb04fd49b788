using System.Security.Cryptography;
using SnapFs.Caches;
using SnapFs.Chunks;

namespace SnapFs.Files.Tests.Support;

/// <summary>Gives back what a <see cref="MemorySink"/> keeps, each chunk as a frame of its own.</summary>
internal sealed class MemorySource(MemorySink sink) : IChunkSource
{
    private readonly Lock _lock = new();
    private readonly List<(ChunkKind Kind, ChunkId Id)> _frames = [];
    private readonly Dictionary<(ChunkKind Kind, ChunkId Id), uint> _numbers = [];

    public FrameCache NewCache() => new(this, 32 << 20, prefetchThreads: 0);

    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
    {
        location = default;
        if (!sink.Contains(kind, in id))
        {
            return false;
        }

        uint length = (uint)sink.Get(kind, in id).Length;
        lock (_lock)
        {
            if (!_numbers.TryGetValue((kind, id), out uint number))
            {
                number = (uint)_frames.Count;
                _frames.Add((kind, id));
                _numbers.Add((kind, id), number);
            }

            location = new ChunkLocation(new FrameLocation(number, 0, length, length, FrameCodec.Stored), 0, length);
            return true;
        }
    }

    public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken)
    {
        (ChunkKind Kind, ChunkId Id) chunk;
        lock (_lock)
        {
            chunk = _frames[(int)frame.Pack];
        }

        sink.Get(chunk.Kind, chunk.Id).CopyTo(plain);
    }

    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
        id.Span.SequenceEqual(SHA256.HashData(plain));

    public string NameOf(in FrameLocation frame) => "packs/test";
}
