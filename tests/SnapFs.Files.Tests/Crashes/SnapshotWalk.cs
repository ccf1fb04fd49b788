using System.Text;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>Reads a snapshot to its last byte through the caches that a mount and a restore use.</summary>
/// <param name="source">The repository.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class SnapshotWalk(ISnapshotSource source, CancellationToken cancellationToken = default)
{
    /// <summary>The content of each file that could be read whole.</summary>
    internal Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Why the others could not.</summary>
    internal List<SnapFsException> Damaged { get; } = [];

    internal void Read(SnapshotHead head)
    {
        using FrameCache frames = new(source, 64 << 20, 0, () => cancellationToken);
        TreePageCache pages = new(frames, TreePageCache.DefaultCapacity);
        Try(() => NodeCodec.Read(source.ReadBody(head.Id, cancellationToken).RootNode.Span));
        Walk(frames, pages, head.Root, string.Empty);
    }

    private void Walk(FrameCache frames, TreePageCache pages, ChunkRef tree, string prefix) => Try(() =>
    {
        DirectoryCursor cursor = new(pages, in tree);
        while (cursor.Next())
        {
            NodeView node = cursor.Node;
            string path = $"{prefix}/{Encoding.UTF8.GetString(node.Name)}";
            if (node.Type == NodeType.Directory)
            {
                Walk(frames, pages, node.Tree, path);
            }
            else if (node.Type == NodeType.File)
            {
                byte[] inline = node.Inline.ToArray();
                byte[] list = node.ChunkList.ToArray();
                Try(() => Files[path] = list.Length == 0 ? inline : Content(frames, list));
            }
        }
    });

    private static byte[] Content(FrameCache frames, byte[] list)
    {
        using MemoryStream content = new();
        ChunkListReader chunks = new(list);
        Assert.Equal(0, chunks.Level);
        while (chunks.Next())
        {
            using ChunkLease lease = frames.Acquire(ChunkKind.Data, chunks.Current.Id);
            content.Write(lease.Span);
        }

        return content.ToArray();
    }

    private void Try(Action read)
    {
        try
        {
            read();
        }
        catch (SnapFsException e)
        {
            Damaged.Add(e);
        }
    }
}
