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
    /// <summary>Bytes that one owner takes in a page at most: its number, and its name with a length.</summary>
    private const int LongestOwner = 5 + 2 + TreeLimits.MaxWrittenName;

    /// <summary>Bytes of a page that are neither owners nor nodes at most.</summary>
    private const int LongestHeader = 64;

    private readonly IOwnerNames _owners;
    private readonly PutPage _put;
    private readonly ByteWriter _entries = new(64 * 1024);
    private readonly ByteWriter _page = new(64 * 1024);
    private readonly ByteWriter _node = new(1024);
    private readonly ByteWriter _scratch = new(1024);
    private readonly SortedSet<uint> _users = [];
    private readonly SortedSet<uint> _groups = [];
    private readonly List<PageEntry> _pages = [];
    private byte[] _lastName = [];
    private int _count;
    private int _ownersLength;
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
    /// <exception cref="EncodingLimitException">No reader would take it; nothing was added, and others can be.</exception>
    public void Add(in NodeView node)
    {
        _node.Clear();
        NodeCodec.Write(_node, in node, _scratch);
        Add(in node, _node.Written);
    }

    /// <summary>Adds a node of an earlier tree as it is, by its <see cref="NodeView.Raw"/> bytes.</summary>
    /// <exception cref="EncodingLimitException">No page can hold it; nothing was added, and others can be.</exception>
    public void AddUnchanged(in NodeView node) => Add(in node, node.Raw);

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

    private void Add(in NodeView node, ReadOnlySpan<byte> encoded)
    {
        if (_lastName.AsSpan().SequenceCompareTo(node.Name) >= 0)
        {
            throw new ArgumentException("nodes must be added in order of their names", nameof(node));
        }

        int owners = LongestOwner * (2 + AccessListOwners.Count(node.Xattrs));
        if (encoded.Length + owners > TreeLimits.MaxPage - LongestHeader)
        {
            throw new EncodingLimitException(
                $"with the names of its owners the node has more than the {TreeLimits.MaxPage} bytes of a page");
        }

        if (_count > 0 && EndsBefore(node.Name, encoded.Length, owners))
        {
            EndLeaf();
        }

        if (_count == 0)
        {
            _firstName = node.Name.ToArray();
        }

        _entries.Bytes(encoded);
        AddOwners(in node);
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

    /// <summary>Whether a node begins another page, so that no page is longer than one that is full or has one node.</summary>
    private bool EndsBefore(ReadOnlySpan<byte> name, int length, int owners) =>
        _entries.Length + length > TreeLimits.PageSplitMax
            || _ownersLength + owners > TreeLimits.PageSplitMax
            || (_entries.Length >= TreeLimits.PageSplitMin && IsBoundary(name));

    private void AddOwners(in NodeView node)
    {
        int before = _users.Count + _groups.Count;
        _users.Add(node.UserId);
        _groups.Add(node.GroupId);
        if (!node.Xattrs.IsEmpty)
        {
            AccessListOwners.AddTo(node.Xattrs, _users, _groups);
        }

        _ownersLength += LongestOwner * (_users.Count + _groups.Count - before);
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
        _pages.Add(new PageEntry(_firstName, PutPageBytes(_count), _count));
        _entries.Clear();
        _users.Clear();
        _groups.Clear();
        _ownersLength = 0;
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
            result.Add(new PageEntry(children[start].FirstName, PutPageBytes(below), below));
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

    /// <summary>Reads the page back before it counts.</summary>
    private ChunkRef PutPageBytes(long entries)
    {
        if (_page.Length > TreeLimits.MaxPage)
        {
            throw new EncodingLimitException($"a tree page has {_page.Length} bytes, more than {TreeLimits.MaxPage}");
        }

        try
        {
            TreePage read = TreePage.Parse(_page.WrittenMemory);
            if (read.TotalEntries != entries)
            {
                throw new InvalidEncodingException($"a tree page has {read.TotalEntries} nodes instead of {entries}");
            }
        }
        catch (InvalidEncodingException e)
        {
            throw new EncodingLimitException(e.Message);
        }

        return new ChunkRef(_put(_page.Written), _page.Length);
    }

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
