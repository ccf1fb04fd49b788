using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>A node of a snapshot that stays valid: the page that holds it is kept.</summary>
public readonly struct BrowsedNode
{
    private readonly TreePage? _page;
    private readonly int _index;
    private readonly ReadOnlyMemory<byte> _root;
    private readonly ReadOnlyMemory<byte> _rootUser;
    private readonly ReadOnlyMemory<byte> _rootGroup;

    /// <summary>A node of a directory.</summary>
    public BrowsedNode(TreePage page, int index)
    {
        _page = page;
        _index = index;
    }

    /// <summary>The node of <c>/</c>.</summary>
    public BrowsedNode(Snapshots.SnapshotBody body)
    {
        _root = body.RootNode;
        _rootUser = body.RootUser;
        _rootGroup = body.RootGroup;
    }

    /// <summary>The node.</summary>
    public NodeView View => _page is null ? NodeCodec.Read(_root.Span) : _page.Node(_index);

    /// <summary>The node, encoded.</summary>
    public ReadOnlyMemory<byte> Bytes => _page is null ? _root : View.Raw.ToArray();

    /// <summary>The leaf that holds it; null for the node of <c>/</c>.</summary>
    public TreePage? Page => _page;

    /// <summary>The archived name of its owner, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> User => _page is null ? _rootUser.Span : _page.UserName(View.UserId);

    /// <summary>The archived name of its group, raw; empty if it had none.</summary>
    public ReadOnlySpan<byte> Group => _page is null ? _rootGroup.Span : _page.GroupName(View.GroupId);
}
