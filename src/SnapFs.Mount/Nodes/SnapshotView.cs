using SnapFs.Mount.Layouts;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Nodes;

/// <summary>One snapshot as the mount uses it, or a part of one; its body is decrypted when somebody first enters the
/// whole.</summary>
internal sealed class SnapshotView(
    ISnapshotSource source, ITreePages pages, Action? beforeWaiting, SnapshotHead head, SnapshotPart part)
{
    private SnapshotBody? _body;

    internal SnapshotHead Head { get; } = head;

    internal SnapshotPart Part { get; } = part;

    /// <summary>What the inode numbers are mixed with. The parts of a snapshot hold the same inodes with different
    /// entries, which must not be taken for one.</summary>
    internal ulong Seed { get; } = InodeNumber.SeedOf(head.Id) ^ (ulong)part;

    /// <summary>Whether any node has a security label.</summary>
    internal XattrCensus Census { get; } = new(pages);

    /// <summary>What <see cref="SavedNames"/> tells the names by that were saved with a volume; null until it was asked.</summary>
    internal string? NamesKey { get; set; }

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

    /// <summary>The node that is shown where the view begins. A part that the snapshot lacks is empty.</summary>
    /// <param name="page">The page it lies in; null for the whole, whose node is in the body.</param>
    internal NodeView ReadTop(out TreePage? page)
    {
        page = null;
        NodeType type = Part == SnapshotPart.Deleted ? NodeType.File : NodeType.Directory;
        NodeView node;
        if (Part == SnapshotPart.Root)
        {
            node = NodeCodec.Read(Body.RootNode.Span);
        }
        else if (DirectoryCursor.TryFind(pages, Head.Root, NameOf(Part), out TreePage found, out int index, out _))
        {
            page = found;
            node = found.Node(index);
        }
        else
        {
            page = found;
            return Missing(type);
        }

        return node.Type == type
            ? node
            : throw new DamagedException($"snapshots/{Head.Id}", $"what it shows as {Part} is of type {node.Type}");
    }

    private static ReadOnlySpan<byte> NameOf(SnapshotPart part) => part switch
    {
        SnapshotPart.Files => "files"u8,
        SnapshotPart.Changed => "changed"u8,
        _ => "deleted"u8,
    };

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
