using System.Text;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Importing;
using SnapFs.Afs.Nodes;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Volumes;

/// <summary>Reads a volume back from its snapshot by nothing but the format.</summary>
internal sealed class StoredVolume : IDisposable
{
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;
    private readonly SnapshotHead _head;

    internal StoredVolume(ISnapshotSource source, SnapshotHead head)
    {
        _frames = new FrameCache(source, 64 << 20, 0);
        _pages = new TreePageCache(_frames, 8 << 20);
        _head = head;
    }

    /// <summary>Every node below a directory of the root, and that directory as <c>.</c>: the path's bytes in hexadecimal,
    /// the record and the content.</summary>
    internal List<(string Path, VnodeRecord Record, byte[] Content)> Walk(ReadOnlyMemory<byte> top)
    {
        List<(string, VnodeRecord, byte[])> found = [];
        if (!DirectoryCursor.TryFind(_pages, _head.Root, top.Span, out TreePage page, out int index, out _))
        {
            return found;
        }

        NodeView node = page.Node(index);
        if (AfsNodeCodec.TryRead(node.Extensions, out _))
        {
            found.Add((Convert.ToHexString("."u8), RecordOf(in node), ContentOf(in node)));
        }

        Walk(node.Tree, [], found);
        return found;
    }

    /// <summary>The bytes of a file made beside the volume.</summary>
    internal byte[] Read(params ReadOnlyMemory<byte>[] path)
    {
        SnapFs.Chunks.ChunkRef tree = _head.Root;
        foreach (ReadOnlyMemory<byte> name in path[..^1])
        {
            Assert.True(DirectoryCursor.TryFind(_pages, in tree, name.Span, out TreePage above, out int at, out _));
            tree = above.Node(at).Tree;
        }

        Assert.True(DirectoryCursor.TryFind(_pages, in tree, path[^1].Span, out TreePage page, out int index, out _));
        NodeView node = page.Node(index);
        return ContentOf(in node);
    }

    internal bool Has(ReadOnlyMemory<byte> name) =>
        DirectoryCursor.TryFind(_pages, _head.Root, name.Span, out _, out _, out _);

    /// <summary>The dump that was taken in.</summary>
    internal byte[] Woven()
    {
        byte[] skeleton = Read(VolumeLayout.Dump, VolumeLayout.Skeleton);
        byte[] contents = Read(VolumeLayout.Dump, VolumeLayout.Contents);
        MemoryStream stream = new(skeleton);
        DumpWeaver weaver = _head.Dump?.Salvage is null ? DumpWeaver.Read(stream) : DumpWeaver.ReadCut(stream, contents.Length);
        byte[] dump = new byte[weaver.Length];
        for (long offset = 0; offset < dump.Length;)
        {
            WovenRange range = weaver.Find(offset);
            byte[] from = range.IsSkeleton ? skeleton : contents;
            from.AsSpan((int)range.Offset, (int)range.Length).CopyTo(dump.AsSpan((int)offset));
            offset += range.Length;
        }

        return dump;
    }

    /// <summary>A full dump of the state, by section 8.1 of the format.</summary>
    internal byte[] MadeUp()
    {
        DumpReader headers = new(new MemoryStream(Read(VolumeLayout.Dump, VolumeLayout.Skeleton)));
        ByteWriter dump = new();
        uint to = headers.Header.Intervals[0].To;
        DumpEncoder.Header(dump, headers.Header with { Intervals = [new DumpInterval(0, to)] });
        DumpEncoder.Volume(dump, headers.Volume);
        foreach ((_, VnodeRecord record, byte[] content) in Walk(VolumeLayout.Files)
            .Concat(Walk(VolumeLayout.Orphans))
            .DistinctBy(vnode => vnode.Record.Vnode)
            .OrderBy(vnode => vnode.Record.Vnode % 2 == 0)
            .ThenBy(vnode => vnode.Record.Vnode))
        {
            DumpEncoder.Record(dump, in record);
            dump.Bytes(record.HasContent ? content : []);
        }

        DumpEncoder.End(dump);
        return dump.ToArray();
    }

    /// <summary>The lines of <c>deleted</c>.</summary>
    internal string[] Deleted() =>
        Encoding.UTF8.GetString(Read(VolumeLayout.Deleted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _frames.Dispose();

    private void Walk(SnapFs.Chunks.ChunkRef tree, byte[] above, List<(string, VnodeRecord, byte[])> found)
    {
        DirectoryCursor cursor = new(_pages, in tree);
        while (cursor.Next())
        {
            NodeView node = cursor.Node;
            byte[] path = above.Length == 0 ? node.Name.ToArray() : [.. above, (byte)'/', .. node.Name];
            found.Add((Convert.ToHexString(path), RecordOf(in node), ContentOf(in node)));
            if (node.Type == NodeType.Directory)
            {
                Walk(node.Tree, path, found);
            }
        }
    }

    private static VnodeRecord RecordOf(in NodeView node)
    {
        Assert.True(AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs));
        return VnodeNodes.RecordOf(in node, in afs);
    }

    private byte[] ContentOf(in NodeView node)
    {
        NodeView file = node;
        if (node.Type == NodeType.Symlink)
        {
            return node.Target.ToArray();
        }

        if (node.Type == NodeType.Directory)
        {
            Assert.True(AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs));
            file = new NodeView
            {
                Type = NodeType.File,
                Size = afs.DirectoryLength,
                ContentForm = afs.DirectoryLength == 0 ? ContentForm.Empty : ContentForm.Chunks,
                ChunkList = afs.DirectoryContent,
            };
        }

        byte[] content = new byte[file.Size];
        Assert.Equal(content.Length, ContentReader.Open(_frames, in file).Read(0, content));
        return content;
    }
}
