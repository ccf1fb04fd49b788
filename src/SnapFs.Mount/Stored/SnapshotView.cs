using System.Text;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Layouts;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>One snapshot as the mount uses it, or a part of one; its body is decrypted when somebody first enters the
/// whole.</summary>
internal sealed class SnapshotView(
    ISnapshotSource source,
    ITreePages pages,
    Func<CancellationToken>? beforeWaiting,
    SnapshotHead head,
    SnapshotPart part,
    CensusTurn turn,
    SnapshotKind? kind = null,
    SnapshotAccess? access = null)
{
    private SnapshotBody? _body;

    internal SnapshotHead Head { get; } = head;

    internal SnapshotPart Part { get; } = part;

    /// <summary>What the inode numbers are mixed with. The parts of a snapshot hold the same inodes with different
    /// entries, which must not be taken for one.</summary>
    internal ulong Seed { get; } = InodeNumber.SeedOf(head.Id) ^ part.Number;

    /// <summary>Whether any node has a security label.</summary>
    internal XattrCensus Census { get; } = new(pages, turn);

    /// <summary>What kind of snapshot it is; null for one like most.</summary>
    internal SnapshotKind? Kind { get; } = kind;

    /// <summary>Who may use its files; null where modes and access lists decide.</summary>
    internal SnapshotAccess? Access { get; } = access;

    /// <exception cref="DamagedException">The snapshot is damaged or gone.</exception>
    internal SnapshotBody Body
    {
        get
        {
            SnapshotBody? body = Volatile.Read(ref _body);
            if (body is null)
            {
                CancellationToken cancellationToken = beforeWaiting?.Invoke() ?? CancellationToken.None;
                body = source.ReadBody(Head.Id, cancellationToken); // twice at worst, with the same result
                Volatile.Write(ref _body, body);
            }

            return body;
        }
    }

    /// <summary>The node that is shown where the view begins. A part that the snapshot lacks is empty.</summary>
    /// <param name="page">The page it lies in; null for the whole, whose node is in the body.</param>
    internal NodeView ReadTop(out TreePage? page)
    {
        page = null;
        NodeView node;
        if (Part.IsWhole)
        {
            node = NodeCodec.Read(Body.RootNode.Span);
        }
        else if (DirectoryCursor.TryFind(
            pages, Head.Root, Encoding.UTF8.GetBytes(Part.Name), out TreePage found, out int index, out _))
        {
            page = found;
            node = found.Node(index);
        }
        else
        {
            page = found;
            return Missing(Part.Type);
        }

        return node.Type == Part.Type
            ? node
            : throw new DamagedException(Head.ObjectPath, $"what it shows as {Part.Name} is of type {node.Type}");
    }

    private NodeView Missing(NodeType type)
    {
        NodeView node = default;
        node.Type = type;
        node.Mode = type == NodeType.Directory ? 0x140U : 0x100U; // 0500, 0400
        node.Modified = Head.Started;
        node.Changed = Head.Started;
        node.LinkCount = 1;
        return node;
    }
}
