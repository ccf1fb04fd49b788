using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Mount.Stored;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>Finds out what the entries of a directory were from snapshot to snapshot. What two snapshots after one another have in
/// common has equal pages and is read once. Used by one thread.</summary>
/// <param name="pages">Where pages come from.</param>
/// <param name="withRights">Whether who may use directories counts.</param>
/// <param name="failed">Told of each tree that cannot be read; it changes nothing.</param>
/// <param name="beforeWaiting">Called before what takes long, and gives what ends it.</param>
internal sealed class HistoryBuilder(
    ITreePages pages, bool withRights, Action<SnapFsException> failed, Func<CancellationToken>? beforeWaiting)
{
    /// <summary>Entries to compare, a millisecond or so, before it is said that it takes long.</summary>
    private const int Short = 4096;

    private readonly DirectoryHistory _history = new();
    private readonly List<(byte[] Name, NodeType? Type, DirectoryState? Directory)> _found = [];
    private CancellationToken _ended;
    private int _work;

    /// <summary>The history of a directory.</summary>
    /// <param name="changes">What is at its path, the oldest first.</param>
    internal DirectoryHistory Make(IReadOnlyList<EntryChange> changes)
    {
        LeafTable? known = null;
        int lastKnown = -1;
        foreach (EntryChange change in changes)
        {
            lastKnown = lastKnown < 0 ? change.Before : lastKnown;
            if (change.Directory is not { } directory)
            {
                _history.AddEnd(change.At, lastKnown);
                known = null;
                lastKnown = -1;
            }
            else if (known?.Root.Id == directory.Tree.Id)
            {
                lastKnown = -1;
            }
            else if (TryCompare(known, directory.Tree, out LeafTable? leaves))
            {
                foreach ((byte[] name, NodeType? type, DirectoryState? state) in _found)
                {
                    _history.Add(name, new EntryChange(change.At, lastKnown, type, state));
                }

                known = leaves;
                lastKnown = -1;
            }
        }

        return _history;
    }

    /// <summary>Finds what is another in one tree than in the one before; false if it cannot be read.</summary>
    private bool TryCompare(LeafTable? before, in ChunkRef tree, out LeafTable? leaves)
    {
        _found.Clear();
        leaves = null;
        try
        {
            leaves = LeafTable.Read(pages, in tree);
            Compare(before, leaves);
            return true;
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            failed(e);
            return false;
        }
    }

    private void Compare(LeafTable? before, LeafTable now)
    {
        HashSet<ChunkId> old = before is null ? [] : [.. before.Leaves.Select(leaf => leaf.Id)];
        HashSet<ChunkId> shared = [.. now.Leaves.Select(leaf => leaf.Id).Where(old.Contains)];
        LeafCursor left = new(pages, before?.Leaves.Where(leaf => !shared.Contains(leaf.Id)) ?? []);
        LeafCursor right = new(pages, now.Leaves.Where(leaf => !shared.Contains(leaf.Id)));
        bool hasLeft = left.Next();
        bool hasRight = right.Next();
        while (hasLeft || hasRight)
        {
            Count();
            int order = !hasLeft ? 1 : !hasRight ? -1 : left.Name.SequenceCompareTo(right.Name);
            if (order < 0)
            {
                _found.Add((left.Name.ToArray(), null, null));
            }
            else if (order > 0 || !IsSame(left, right))
            {
                NodeView node = right.Page.Node(right.Index);
                DirectoryState? state = node.Type == NodeType.Directory ? StateOf(NamedNode.Of(right.Page, right.Index)) : null;
                _found.Add((right.Name.ToArray(), node.Type, state));
            }

            hasLeft = order <= 0 ? left.Next() : hasLeft;
            hasRight = order >= 0 ? right.Next() : hasRight;
        }
    }

    /// <summary>What is known of a directory.</summary>
    private DirectoryState StateOf(in NamedNode directory) => new(
        directory.Node.Tree, directory.Node.Device, directory.Node.Inode, withRights ? RightsOf(in directory) : UInt128.Zero);

    /// <summary>Stands for what decides who may use a directory.</summary>
    internal static UInt128 RightsOf(in NamedNode directory)
    {
        ByteWriter writer = new(64);
        writer.Varint(directory.Node.Mode);
        writer.Varint(directory.Node.UserId);
        writer.Varint(directory.Node.GroupId);
        writer.LengthPrefixed(directory.User);
        writer.LengthPrefixed(directory.Group);
        XattrReader xattrs = new(directory.Node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(PosixAcl.AccessName))
            {
                writer.LengthPrefixed(xattrs.IsExternal ? xattrs.External.Id.Span : xattrs.Value);
            }
        }

        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(writer.Written));
    }

    private static bool IsSame(LeafCursor left, LeafCursor right)
    {
        NamedNode a = NamedNode.Of(left.Page, left.Index);
        NamedNode b = NamedNode.Of(right.Page, right.Index);
        return a.Node.Raw.SequenceEqual(b.Node.Raw) && a.User.SequenceEqual(b.User) && a.Group.SequenceEqual(b.Group);
    }

    private void Count()
    {
        _work++;
        if (_work == Short)
        {
            _ended = beforeWaiting?.Invoke() ?? CancellationToken.None;
        }

        if (_work % Short == 0)
        {
            _ended.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Goes through the nodes of leaves one after the other.</summary>
    private sealed class LeafCursor(ITreePages pages, IEnumerable<ChunkRef> leaves)
    {
        private readonly Queue<ChunkRef> _leaves = new(leaves);
        private TreePage? _page;

        internal int Index { get; private set; }

        internal TreePage Page => _page ?? throw new InvalidOperationException("there is no node");

        internal ReadOnlySpan<byte> Name => Page.NameAt(Index);

        internal bool Next()
        {
            Index++;
            while (_page is null || Index >= _page.Count)
            {
                if (!_leaves.TryDequeue(out ChunkRef leaf))
                {
                    return false;
                }

                _page = pages.Load(in leaf);
                Index = 0;
                if (_page.Level != 0)
                {
                    throw new InvalidEncodingException("an index page of a directory refers to no leaf");
                }
            }

            return true;
        }
    }
}
