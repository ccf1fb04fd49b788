using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>A node of a snapshot that stays valid: the page that holds it is kept.</summary>
public readonly struct BrowsedNode
{
    private readonly TreePage? _page;
    private readonly int _index;
    private readonly ReadOnlyMemory<byte> _node;
    private readonly ReadOnlyMemory<byte> _user;
    private readonly ReadOnlyMemory<byte> _group;

    /// <summary>A node of a directory.</summary>
    public BrowsedNode(TreePage page, int index)
    {
        _page = page;
        _index = index;
    }

    /// <summary>The node of <c>/</c>.</summary>
    public BrowsedNode(Snapshots.SnapshotBody body)
    {
        _node = body.RootNode;
        _user = body.RootUser;
        _group = body.RootGroup;
    }

    private BrowsedNode(ReadOnlyMemory<byte> node, ReadOnlyMemory<byte> user, ReadOnlyMemory<byte> group)
    {
        _node = node;
        _user = user;
        _group = group;
    }

    /// <summary>The node.</summary>
    public NodeView View => _page is null ? NodeCodec.Read(_node.Span) : _page.Node(_index);

    /// <summary>The node with the names of its owners.</summary>
    internal NamedNode Named => new() { Node = View, User = User, Group = Group };

    /// <summary>The node, encoded.</summary>
    public ReadOnlyMemory<byte> Bytes => _page is null ? _node : View.Raw.ToArray();

    /// <summary>The same node without the page that holds it, for who keeps many.</summary>
    public BrowsedNode Detach() => _page is null ? this : new(View.Raw.ToArray(), User.ToArray(), Group.ToArray());

    /// <summary>The leaf that holds it; null for the node of <c>/</c>, and once it is detached.</summary>
    public TreePage? Page => _page;

    /// <summary>The archived name of its owner, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> User => _page is null ? _user.Span : _page.UserName(View.UserId);

    /// <summary>The archived name of its group, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> Group => _page is null ? _group.Span : _page.GroupName(View.GroupId);
}
