using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Nodes;

/// <summary>One snapshot as the mount uses it; its body is decrypted when somebody first enters it.</summary>
internal sealed class SnapshotView(
    ISnapshotSource source, ITreePages pages, Action? beforeWaiting, SnapshotHead head)
{
    private SnapshotBody? _body;

    internal SnapshotHead Head { get; } = head;

    /// <summary>What the inode numbers of this snapshot are mixed with.</summary>
    internal ulong Seed { get; } = InodeNumber.SeedOf(head.Id);

    /// <summary>Whether any node has a security label.</summary>
    internal XattrCensus Census { get; } = new(pages);

    /// <exception cref="DamagedException">The snapshot is damaged or gone.</exception>
    internal SnapshotBody Body
    {
        get
        {
            SnapshotBody? body = Volatile.Read(ref _body);
            if (body is null)
            {
                beforeWaiting?.Invoke();
                body = source.ReadBody(Head.Id); // twice at worst, with the same result
                Volatile.Write(ref _body, body);
            }

            return body;
        }
    }

    /// <summary>The node of <c>/</c>.</summary>
    internal NodeView RootNode
    {
        get
        {
            NodeView node = NodeCodec.Read(Body.RootNode.Span);
            return node.Type == NodeType.Directory
                ? node
                : throw new DamagedException($"snapshots/{Head.Id}", "its root is not a directory");
        }
    }
}
