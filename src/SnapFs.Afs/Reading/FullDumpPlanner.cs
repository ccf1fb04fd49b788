using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>Walks the tree of a volume once and puts its vnodes into the order of a dump.</summary>
/// <remarks>A tree may claim anything: a vnode counts once, a directory that is met twice is refused, and so are more names
/// than any volume has. So memory is bounded by what is stored, and time by <see cref="MaxNames"/>.</remarks>
internal sealed class FullDumpPlanner(ITreePages pages, CancellationToken cancellationToken)
{
    /// <summary>Names that are looked at, hard links counted each: far more than a server can hold in one volume.</summary>
    internal const long MaxNames = 1L << 28;

    private const int AnyLevel = -1;
    private readonly Dictionary<uint, uint> _uniqs = [];
    private readonly List<uint> _keys = [];
    private readonly List<PlannedVnode> _vnodes = [];
    private readonly List<ChunkRef> _pages = [];
    private readonly List<(ChunkRef Page, int ParentLevel)> _pending = [];
    private long _names;

    /// <summary>Adds the node of a directory of the volume and what is below it.</summary>
    public void AddNode(PlacedLeaf leaf, int index)
    {
        _pages.Add(leaf.Reference);
        AddFrom(leaf.Page, index);
        Walk();
    }

    /// <summary>Adds what is below a directory that is itself no part of the volume.</summary>
    public void AddBelow(PlacedLeaf leaf, int index)
    {
        NodeView node = leaf.Page.Node(index);
        if (node.Type != NodeType.Directory)
        {
            throw new InvalidEncodingException("a part of the snapshot is no directory but should be");
        }

        _pending.Add((node.Tree, AnyLevel));
        Walk();
    }

    /// <summary>The vnodes in the order of a dump, each with the offset of its record.</summary>
    /// <param name="start">Offset of the first record.</param>
    /// <param name="leaves">The leaves by number.</param>
    /// <param name="end">Offset after the last record.</param>
    public PlannedVnode[] Build(long start, out ChunkRef[] leaves, out long end)
    {
        uint[] keys = [.. _keys];
        PlannedVnode[] vnodes = [.. _vnodes];
        Array.Sort(keys, vnodes);
        leaves = [.. _pages];
        end = start;
        for (int i = 0; i < vnodes.Length; i++)
        {
            long length = vnodes[i].Offset;
            vnodes[i] = vnodes[i] with { Offset = end };
            end = length <= (long.MaxValue / 2) - end
                ? end + length
                : throw new InvalidEncodingException("the contents of the volume have 2^62 bytes or more");
        }

        return vnodes;
    }

    private void Walk()
    {
        while (_pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (ChunkRef reference, int parentLevel) = _pending[^1];
            _pending.RemoveAt(_pending.Count - 1);
            TreePage page = pages.Load(in reference);
            if (parentLevel != AnyLevel)
            {
                PlacedLeaf.CheckLevel(parentLevel, page);
            }

            Visit(in reference, page);
        }
    }

    private void Visit(in ChunkRef reference, TreePage page)
    {
        _names += page.Count;
        if (_names > MaxNames)
        {
            throw new InvalidEncodingException($"the volume has more than {MaxNames} names");
        }

        int pending = _pending.Count;
        if (page.Level > 0)
        {
            for (int i = 0; i < page.Count; i++)
            {
                _pending.Add((page.Child(i, out _), page.Level));
            }
        }
        else
        {
            int before = _vnodes.Count;
            _pages.Add(reference);
            for (int i = 0; i < page.Count; i++)
            {
                AddFrom(page, i);
            }

            if (_vnodes.Count == before)
            {
                _pages.RemoveAt(_pages.Count - 1); // a page that is met again must not take memory again
            }
        }

        // Pages were stored in walking order, and the last one added is the next one taken.
        _pending.Reverse(pending, _pending.Count - pending);
    }

    /// <summary>Adds a node of the leaf that was added last.</summary>
    private void AddFrom(TreePage page, int index)
    {
        NodeView node = page.Node(index);
        VnodeRecord record = StoredVnode.Read(in node, out _);
        if (!_uniqs.TryAdd(record.Vnode, record.Uniq))
        {
            if (record.Type == VnodeType.Directory || _uniqs[record.Vnode] != record.Uniq)
            {
                throw new InvalidEncodingException($"vnode {record} is in the tree although {record.Vnode}.{_uniqs[record.Vnode]} is");
            }

            return; // a further name of a file
        }

        _keys.Add(VnodeTable.ToKey(record.Vnode));
        _vnodes.Add(new PlannedVnode(DumpEncoder.RecordLength(in record) + record.ContentLength, _pages.Count - 1, index));
        if (record.Type == VnodeType.Directory)
        {
            _pending.Add((node.Tree, AnyLevel));
        }
    }
}
