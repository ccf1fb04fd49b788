using SnapFs.Afs.Chains;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Reads the state of a volume back from the tree of its snapshot into the scratch file. Used once.</summary>
internal sealed class StateReader(ITreePages pages, VnodeScratch scratch)
{
    private readonly VolumeStateBuilder<VnodePlace> _state = new(new VolumeState<VnodePlace>());
    private readonly Stack<byte[]> _directories = new();
    private readonly ByteWriter _entries = new(1024);
    private readonly ByteWriter _node = new(1024);
    private readonly ByteWriter _nodeScratch = new(1024);

    /// <summary>Reads a whole state.</summary>
    /// <param name="root">The root page of the snapshot.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidEncodingException">The tree is not that of a volume.</exception>
    public VolumeState<VnodePlace> Read(ChunkRef root, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> name in (ReadOnlyMemory<byte>[])[VolumeLayout.Files, VolumeLayout.Orphans])
        {
            if (DirectoryCursor.TryFind(pages, in root, name.Span, out TreePage page, out int index, out _))
            {
                NodeView top = page.Node(index);
                if (AfsNodeCodec.TryRead(top.Extensions, out _))
                {
                    _directories.Push(top.Raw.ToArray());
                }
                else
                {
                    ReadEntries(top.Tree);
                }
            }

            while (_directories.TryPop(out byte[]? directory))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadDirectory(directory);
            }
        }

        return _state.Build();
    }

    private void ReadDirectory(byte[] raw)
    {
        NodeView node = NodeCodec.Read(raw);
        ReadEntries(node.Tree);
        node.Tree = default;
        node.SubtreeEntries = 0;
        node.SubtreeBytes = 0;
        Keep(node, _entries.Written);
    }

    private void ReadEntries(ChunkRef tree)
    {
        _entries.Clear();
        DirectoryCursor cursor = new(pages, in tree);
        while (cursor.Next())
        {
            NodeView node = cursor.Node;
            AfsNode afs = Extension(in node);
            EntryList.Write(_entries, node.Name, afs.Vnode, afs.Uniq);
            if (node.Type == NodeType.Directory)
            {
                _directories.Push(node.Raw.ToArray());
            }
            else
            {
                Keep(node, []);
            }
        }
    }

    private void Keep(NodeView node, ReadOnlySpan<byte> extra)
    {
        AfsNode afs = Extension(in node);
        node.Name = default;
        _node.Clear();
        NodeCodec.Write(_node, in node, _nodeScratch);
        _state.Put(afs.Vnode, afs.Uniq, VnodePlace.Same(scratch.Append(_node.Written, extra)));
    }

    private static AfsNode Extension(in NodeView node) => AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs)
        ? afs
        : throw new InvalidEncodingException("a node of a volume lacks what only a dump has");
}
