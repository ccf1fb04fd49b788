using SnapFs.Afs.Directories;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Puts what the import of the next increment will read of the state that is made: its pages, lists of chunks, raw
/// directories and names. Whoever cannot read these back keeps them.</summary>
/// <param name="sink">Where chunks are put.</param>
/// <param name="keeper">Keeps them; null if they can be read back.</param>
/// <param name="before">The state before; null for a full dump.</param>
internal sealed class StateSink(IChunkSink sink, IChunkKeeper? keeper, VolumeBefore? before) : IChunkSink
{
    /// <inheritdoc/>
    public bool HasAllPacks => sink.HasAllPacks;

    /// <inheritdoc/>
    public bool Contains(ChunkKind kind, in ChunkId id) => sink.Contains(kind, in id);

    /// <inheritdoc/>
    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        ChunkId id = sink.Put(kind, plain);
        keeper?.Keep(in id, plain);
        return id;
    }

    /// <summary>Takes note of a chunk that was put otherwise.</summary>
    public void Keep(in ChunkId id, ReadOnlySpan<byte> plain) => keeper?.Keep(in id, plain);

    /// <summary>Keeps, of a vnode that an increment does not bring, what is not put anew: lists of chunks, and the raw content of a
    /// directory.</summary>
    /// <exception cref="SnapFsException">It cannot be read in the state before.</exception>
    public void TakeOver(in NodeView node)
    {
        if (keeper is null || before is null)
        {
            return;
        }

        if (NodeReferences.TryDirectoryContent(in node, out NodeView raw))
        {
            Copy all = new(keeper, before.Frames, WithData: true);
            _ = raw.Size > DirectoryReader.MaxLength || NodeReferences.Visit(in raw, ref all);
        }
        else
        {
            Copy lists = new(keeper, before.Frames, WithData: false);
            NodeReferences.Visit(in node, ref lists);
        }
    }

    private readonly record struct Copy(IChunkKeeper Keeper, FrameCache Frames, bool WithData) : IReferenceVisitor
    {
        public bool Page(in ChunkRef page) => true;

        public bool Data(in ChunkRef chunk)
        {
            if (WithData)
            {
                using ChunkLease lease = Frames.Acquire(ChunkKind.Data, chunk.Id);
                Keeper.Keep(chunk.Id, lease.Span);
            }

            return true;
        }

        public bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            using ChunkLease lease = Frames.Acquire(ChunkKind.Tree, list.Id);
            Keeper.Keep(list.Id, lease.Span);
            bytes = lease.Span.ToArray();
            return true;
        }
    }
}
