using SnapFs.Chunks;

namespace SnapFs.Repository.Kept;

/// <summary>A repository of which some trees are kept on this machine: their chunks come from there. Each is checked against its id by
/// whoever reads it, as all chunks are. Safe for concurrent use.</summary>
public sealed class KeptTreeSource : IChunkSource, IDisposable
{
    private readonly IChunkSource _repository;
    private readonly KeptTree[] _trees;

    internal KeptTreeSource(IChunkSource repository, IEnumerable<KeptTree> trees)
    {
        _repository = repository;
        _trees = [.. trees];
    }

    /// <summary>Whether a tree is kept, as far as its index tells.</summary>
    public bool Has(ChunkId root) => Array.Exists(_trees, tree => tree.Root == root);

    /// <inheritdoc/>
    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location) =>
        TryFind(in id, [], out location) || _repository.TryLocate(kind, in id, out location);

    /// <inheritdoc/>
    public bool TryLocateElsewhere(
        ChunkKind kind,
        in ChunkId id,
        IReadOnlyList<ChunkLocation> tried,
        CancellationToken cancellationToken,
        out ChunkLocation location)
    {
        ArgumentNullException.ThrowIfNull(tried);
        return TryFind(in id, tried, out location)
            || _repository.TryLocateElsewhere(
                kind, in id, [.. tried.Where(place => !IsKept(place.Frame))], cancellationToken, out location);
    }

    /// <inheritdoc/>
    public SnapFsException Missing(ChunkKind kind, in ChunkId id) => _repository.Missing(kind, in id);

    /// <inheritdoc/>
    public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken)
    {
        if (IsKept(in frame))
        {
            TreeOf(in frame).Read(in frame, plain);
        }
        else
        {
            _repository.ReadFrame(in frame, plain, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) => _repository.Verify(kind, in id, plain);

    /// <inheritdoc/>
    public string NameOf(in FrameLocation frame) => IsKept(in frame) ? TreeOf(in frame).Path : _repository.NameOf(in frame);

    /// <summary>Closes the files.</summary>
    public void Dispose() => Array.ForEach(_trees, tree => tree.Dispose());

    private bool TryFind(in ChunkId id, IReadOnlyList<ChunkLocation> tried, out ChunkLocation location)
    {
        for (int i = 0; i < _trees.Length; i++)
        {
            if (_trees[i].TryFind(in id, out ChunkLocation found))
            {
                location = found with { Frame = found.Frame with { Pack = uint.MaxValue - (uint)i } };
                if (!tried.Contains(location))
                {
                    return true;
                }
            }
        }

        location = default;
        return false;
    }

    /// <summary>Numbers of packs are given out from zero on.</summary>
    private bool IsKept(in FrameLocation frame) => uint.MaxValue - frame.Pack < _trees.Length;

    private KeptTree TreeOf(in FrameLocation frame) => _trees[uint.MaxValue - frame.Pack];
}
