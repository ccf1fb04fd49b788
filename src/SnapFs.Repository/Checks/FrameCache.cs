using SnapFs.Chunks;

namespace SnapFs.Repository.Checks;

/// <summary>
/// Reads chunks through the last few frames that were opened: pages of neighbouring directories share frames. Not
/// thread-safe.
/// </summary>
internal sealed class FrameCache
{
    private const int Capacity = 64;

    private readonly IChunkSource _source;
    private readonly Dictionary<FrameLocation, LinkedListNode<(FrameLocation Frame, byte[] Plain)>> _frames = [];
    private readonly LinkedList<(FrameLocation Frame, byte[] Plain)> _recent = new();

    internal FrameCache(IChunkSource source) => _source = source;

    /// <summary>Reads a chunk at a place of it and checks it against its id.</summary>
    /// <exception cref="DamagedException">Its pack is damaged, or it is another chunk.</exception>
    internal ReadOnlyMemory<byte> Read(
        ChunkKind kind, in ChunkId id, in ChunkLocation location, CancellationToken cancellationToken)
    {
        byte[] frame = Frame(location.Frame, cancellationToken);
        ReadOnlyMemory<byte> chunk = frame.AsMemory((int)location.Offset, (int)location.Length);
        return _source.Verify(kind, in id, chunk.Span)
            ? chunk
            : throw new DamagedException(_source.NameOf(location.Frame), $"it holds other bytes than chunk {id}");
    }

    private byte[] Frame(in FrameLocation frame, CancellationToken cancellationToken)
    {
        if (_frames.TryGetValue(frame, out LinkedListNode<(FrameLocation Frame, byte[] Plain)>? node))
        {
            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Plain;
        }

        byte[] plain = new byte[frame.PlainLength];
        _source.ReadFrame(in frame, plain, cancellationToken);
        if (_frames.Count >= Capacity && _recent.Last is LinkedListNode<(FrameLocation Frame, byte[] Plain)> oldest)
        {
            _frames.Remove(oldest.Value.Frame);
            _recent.Remove(oldest);
        }

        _frames[frame] = _recent.AddFirst((frame, plain));
        return plain;
    }
}
