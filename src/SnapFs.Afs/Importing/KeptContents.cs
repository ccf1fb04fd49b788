using SnapFs.Afs.Dumps;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>
/// Makes sure of the contents that an increment takes over from the state before: it does not bring them, so what is lost of
/// them is stored again by a full dump only. Costs nothing while every pack is there.
/// </summary>
/// <param name="sink">Knows what is stored.</param>
/// <param name="before">The state before; null for a full dump, which takes nothing over.</param>
internal sealed class KeptContents(IChunkSink sink, VolumeBefore? before)
{
    /// <summary>Looks for everything that a node needs but the page of a directory, which is put anew.</summary>
    /// <param name="record">The vnode.</param>
    /// <param name="scratch">Has its node.</param>
    /// <param name="place">Where.</param>
    /// <exception cref="DamagedException">Something of it is not stored.</exception>
    public void Require(in VnodeRecord record, VnodeScratch scratch, VnodePlace place)
    {
        if (sink.HasAllPacks || before is null)
        {
            return;
        }

        NodeView node = NodeCodec.Read(scratch.NodeAt(place.Offset));
        StoredCheck check = new(sink, before);
        if (!NodeReferences.Visit(in node, ref check))
        {
            throw new DamagedException($"vnode {record}", "its content is lost from the repository");
        }
    }

    private readonly struct StoredCheck(IChunkSink sink, VolumeBefore before) : IReferenceVisitor
    {
        public bool Page(in ChunkRef page) => true;

        public bool Data(in ChunkRef chunk) => sink.Contains(ChunkKind.Data, chunk.Id);

        public bool List(in ChunkRef list, int level, out ReadOnlyMemory<byte> bytes)
        {
            bytes = default;
            if (!sink.Contains(ChunkKind.Tree, list.Id))
            {
                return false;
            }

            using Caches.ChunkLease lease = before.Frames.Acquire(ChunkKind.Tree, list.Id);
            bytes = lease.Span.ToArray();
            return true;
        }
    }
}
