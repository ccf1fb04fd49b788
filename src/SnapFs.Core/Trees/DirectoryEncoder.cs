using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// Encodes a directory from nodes given in order of their raw names, and splits a large one into pages whose
/// boundaries depend on the names around them, so that one changed name rewrites one page and the path above it.
/// </summary>
/// <remarks>Not thread-safe; reuse an instance after <see cref="Finish"/>.</remarks>
public sealed class DirectoryEncoder
{
    private readonly IOwnerNames _owners;
    private readonly PutPage _put;
    private readonly ByteWriter _entries = new(64 * 1024);
    private readonly ByteWriter _page = new(64 * 1024);
    private readonly ByteWriter _scratch = new(1024);
    private readonly SortedSet<uint> _users = [];
    private readonly SortedSet<uint> _groups = [];
    private readonly List<PageEntry> _pages = [];
    private byte[] _lastName = [];
    private int _count;
    private byte[] _firstName = [];

    /// <param name="owners">Names recorded beside numeric owners.</param>
    /// <param name="put">Stores a finished page.</param>
    public DirectoryEncoder(IOwnerNames owners, PutPage put)
    {
        _owners = owners;
        _put = put;
    }

    /// <summary>Stores the plain bytes of a page as a tree chunk and returns its id.</summary>
    public delegate ChunkId PutPage(ReadOnlySpan<byte> page);

    /// <summary>Nodes added since the last <see cref="Finish"/>.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a node.</summary>
    /// <param name="node">Its name must be greater than that of the node before.</param>
    public void Add(in NodeView node)
    {
        BeforeEntry(in node);
        NodeCodec.Write(_entries, in node, _scratch);
        AfterEntry(in node);
    }

    /// <summary>Adds a node of an earlier tree as it is, by its <see cref="NodeView.Raw"/> bytes.</summary>
    public void AddUnchanged(in NodeView node)
    {
        BeforeEntry(in node);
        _entries.Bytes(node.Raw);
        AfterEntry(in node);
    }

    /// <summary>Stores what is left and returns the root page of the directory.</summary>
    public ChunkRef Finish()
    {
        if (_count > 0 || _pages.Count == 0)
        {
            EndLeaf();
        }

        List<PageEntry> level = [.. _pages];
        for (int height = 1; level.Count > 1; height++)
        {
            level = WriteIndexLevel(height, level);
        }

        ChunkRef root = level[0].Page;
        _pages.Clear();
        _lastName = [];
        Count = 0;
        return root;
    }

    private void BeforeEntry(in NodeView node)
    {
        if (_lastName.AsSpan().SequenceCompareTo(node.Name) >= 0)
        {
            throw new ArgumentException("nodes must be added in order of their names", nameof(node));
        }

        if (_entries.Length >= TreeLimits.PageSplitMax
            || (_entries.Length >= TreeLimits.PageSplitMin && IsBoundary(node.Name)))
        {
            EndLeaf();
        }

        if (_count == 0)
        {
            _firstName = node.Name.ToArray();
        }
    }

    private void AfterEntry(in NodeView node)
    {
        _users.Add(node.UserId);
        _groups.Add(node.GroupId);
        if (!node.Xattrs.IsEmpty)
        {
            AccessListOwners.AddTo(node.Xattrs, _users, _groups);
        }

        _count++;
        Count++;
        if (_lastName.Length == node.Name.Length)
        {
            node.Name.CopyTo(_lastName);
        }
        else
        {
            _lastName = node.Name.ToArray();
        }
    }

    /// <summary>A page begins at about one name in 256, chosen by the name alone.</summary>
    private static bool IsBoundary(ReadOnlySpan<byte> name)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte b in name)
        {
            hash = unchecked((hash ^ b) * 1_099_511_628_211);
        }

        return (hash >> 56) == 0;
    }

    private void EndLeaf()
    {
        BeginPage(0);
        WriteOwners(_users, isUser: true);
        WriteOwners(_groups, isUser: false);
        _page.Varint((ulong)_count);
        _page.Bytes(_entries.Written);
        _pages.Add(new PageEntry(_firstName, PutPageBytes(), _count));
        _entries.Clear();
        _users.Clear();
        _groups.Clear();
        _count = 0;
    }

    private List<PageEntry> WriteIndexLevel(int height, List<PageEntry> children)
    {
        if (height > TreeLimits.MaxLevels)
        {
            throw new InvalidOperationException("a directory needs more levels than the format has");
        }

        List<PageEntry> result = [];
        for (int start = 0; start < children.Count;)
        {
            _entries.Clear();
            int end = start;
            long below = 0;
            while (end < children.Count
                && (_entries.Length < TreeLimits.PageSplitMin
                    || (_entries.Length < TreeLimits.PageSplitMax && !IsBoundary(children[end].Page.Id.Span[..8]))))
            {
                PageEntry child = children[end++];
                _entries.LengthPrefixed(child.FirstName);
                _entries.Bytes(child.Page.Id.Span);
                _entries.Varint(child.Page.Length);
                _entries.Varint(child.Entries);
                below += child.Entries;
            }

            BeginPage(height);
            _page.Varint(0UL);
            _page.Varint(0UL);
            _page.Varint((ulong)(end - start));
            _page.Bytes(_entries.Written);
            result.Add(new PageEntry(children[start].FirstName, PutPageBytes(), below));
            start = end;
        }

        _entries.Clear();
        return result;
    }

    private void BeginPage(int level)
    {
        _page.Clear();
        _page.Byte(TreePage.Version);
        _page.Byte((byte)level);
        _page.Varint(0UL);
    }

    private ChunkRef PutPageBytes() => new(_put(_page.Written), _page.Length);

    private void WriteOwners(SortedSet<uint> ids, bool isUser)
    {
        _page.Varint((ulong)ids.Count);
        foreach (uint id in ids)
        {
            _page.Varint((ulong)id);
            _page.LengthPrefixed(isUser ? _owners.UserName(id) : _owners.GroupName(id));
        }
    }

    private readonly record struct PageEntry(byte[] FirstName, ChunkRef Page, long Entries);
}
