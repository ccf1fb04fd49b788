using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Nodes;
using SnapFs.Afs.Trees;
using SnapFs.Binary;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>
/// Writes the pages of a volume from the leaves to the root: all directories, and for an increment those with something it
/// brought once more with only that in them. A page that is as before is stored as before. Used once.
/// </summary>
internal sealed class VolumeTreeWriter
{
    private readonly VolumeState<VnodePlace> _state;
    private readonly VolumeState<VnodePlace>? _before;
    private readonly VolumeTree _tree;
    private readonly VnodeScratch _scratch;
    private readonly DirectoryEncoder _encoder;
    private readonly DirectoryEncoder _changedEncoder;
    private readonly SubtreeTotals[] _whole;
    private readonly SubtreeTotals[] _changed;
    private readonly System.Collections.BitArray _isCounted;
    private readonly SubtreeTotals _empty;
    private readonly ByteWriter _entriesBefore = new();

    /// <param name="state">The vnodes.</param>
    /// <param name="before">The state that an increment was applied on; null for a full.</param>
    /// <param name="tree">The names of the vnodes.</param>
    /// <param name="scratch">Has the nodes of both states.</param>
    /// <param name="owners">Names of ids.</param>
    /// <param name="put">Stores a page of the state.</param>
    /// <param name="putChanged">Stores a page of what an increment brought.</param>
    public VolumeTreeWriter(
        VolumeState<VnodePlace> state, VolumeState<VnodePlace>? before, VolumeTree tree, VnodeScratch scratch,
        IOwnerNames owners, DirectoryEncoder.PutPage put, DirectoryEncoder.PutPage putChanged)
    {
        _state = state;
        _before = before;
        _tree = tree;
        _scratch = scratch;
        _encoder = new DirectoryEncoder(owners, put);
        _changedEncoder = new DirectoryEncoder(owners, putChanged);
        int directories = 0;
        while (directories < state.Count && state.IsDirectoryAt(directories))
        {
            directories++; // the odd numbers come first
        }

        _whole = new SubtreeTotals[directories];
        _changed = new SubtreeTotals[before is null ? 0 : directories];
        _isCounted = new System.Collections.BitArray(state.Count);
        _empty = new SubtreeTotals(_encoder.Finish(), 0, 0);
    }

    /// <summary>Bytes of the records of all vnodes, contents counted.</summary>
    public long RecordsLength { get; private set; }

    /// <summary>Files, each name counted.</summary>
    public long Files { get; private set; }

    /// <summary>Sum of the sizes of the files, each name counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Directories.</summary>
    public long Directories { get; private set; }

    /// <summary>Whether a node has extended attributes.</summary>
    public bool HasXattrs { get; private set; }

    /// <summary>Writes all pages below the root and below the orphans.</summary>
    public void Write(CancellationToken cancellationToken)
    {
        // Each directory comes after the one that it is in, so backwards everything below one is there before it.
        foreach (ReadOnlyMemory<int> order in (ReadOnlyMemory<int>[])
            [_tree.OrphanDirectories.ToArray(), _tree.Directories.ToArray()])
        {
            for (int i = order.Length - 1; i >= 0; i--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteDirectory(order.Span[i]);
            }
        }
    }

    /// <summary>Adds the root of the volume to the directory of the snapshot's root.</summary>
    /// <param name="root">Gets the node.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="isChanged">Whether only what an increment brought is wanted.</param>
    public void AddRoot(RootDirectory root, ReadOnlyMemory<byte> name, bool isChanged)
    {
        int index = _state.IndexOf(1);
        if (index < 0 || (isChanged && !_changed[index].IsThere && _state.ValueAt(index).IsSame))
        {
            return;
        }

        NodeView node = NodeOf(index);
        SubtreeTotals totals = !isChanged ? _whole[index] : _changed[index].IsThere ? _changed[index] : _empty;
        totals.Apply(ref node);
        if (!isChanged)
        {
            Count(index, in node);
        }

        root.Add(name.Span, ref node);
    }

    /// <summary>Writes the directory of the orphans.</summary>
    /// <returns>Null if there are none.</returns>
    public SubtreeTotals? WriteOrphans()
    {
        if (_tree.Orphans.Count == 0)
        {
            return null;
        }

        List<(byte[] Name, int Index)> orphans = [.. _tree.Orphans.Select(
            index => (Encoding.ASCII.GetBytes($"{_state.VnodeAt(index)}.{_state.UniqAt(index)}"), index))];
        orphans.Sort((first, second) => first.Name.AsSpan().SequenceCompareTo(second.Name));
        SubtreeTotals totals = default;
        foreach ((byte[] name, int index) in orphans)
        {
            NodeView node = Placed(index, name);
            _encoder.Add(in node);
            totals = totals.Plus(in node);
        }

        return totals with { Page = _encoder.Finish() };
    }

    private void WriteDirectory(int directory)
    {
        SubtreeTotals whole = default;
        SubtreeTotals changed = default;
        EntryList before = new(EntriesBefore(directory));
        bool hasBefore = before.Next();
        foreach (TreeEntry entry in _tree.EntriesOf(directory))
        {
            ReadOnlySpan<byte> name = entry.Name.Span;
            NodeView node = Placed(entry.Child, name);
            _encoder.Add(in node);
            whole = whole.Plus(in node);
            if (_before is null)
            {
                continue;
            }

            while (hasBefore && before.Name.SequenceCompareTo(name) < 0)
            {
                hasBefore = before.Next();
            }

            bool hadName = hasBefore && before.Name.SequenceEqual(name)
                && before.Vnode == _state.VnodeAt(entry.Child) && before.Uniq == _state.UniqAt(entry.Child);
            AddChanged(entry.Child, ref node, hadName, ref changed);
        }

        _whole[directory] = whole with { Page = _encoder.Finish() };
        if (changed.Entries > 0)
        {
            _changed[directory] = changed with { Page = _changedEncoder.Finish() };
        }
    }

    private void AddChanged(int child, ref NodeView node, bool hadName, ref SubtreeTotals changed)
    {
        bool isDirectory = node.Type == NodeType.Directory;
        bool hasChangedBelow = isDirectory && _changed[child].IsThere;
        if (hadName && _state.ValueAt(child).IsSame && !hasChangedBelow)
        {
            return;
        }

        if (isDirectory)
        {
            (hasChangedBelow ? _changed[child] : _empty).Apply(ref node);
        }

        _changedEncoder.Add(in node);
        changed = changed.Plus(in node);
    }

    private NodeView Placed(int index, ReadOnlySpan<byte> name)
    {
        NodeView node = NodeOf(index);
        node.Name = name;
        if (node.Type == NodeType.Directory)
        {
            _whole[index].Apply(ref node);
        }

        Count(index, in node);
        return node;
    }

    private NodeView NodeOf(int index) => NodeCodec.Read(_scratch.NodeAt(_state.ValueAt(index).Offset));

    private void Count(int index, in NodeView node)
    {
        HasXattrs |= !node.Xattrs.IsEmpty;
        Files += node.Type == NodeType.File ? 1 : 0;
        Bytes += node.Type == NodeType.File ? node.Size : 0;
        Directories += node.Type == NodeType.Directory ? 1 : 0;
        if (!_isCounted[index] && AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs))
        {
            _isCounted[index] = true;
            VnodeRecord record = VnodeNodes.RecordOf(in node, in afs);
            RecordsLength += DumpEncoder.RecordLength(in record) + (record.HasContent ? record.ContentLength : 0);
        }
    }

    /// <summary>What the same directory held in the state before; nothing if it was not there. Valid until the next call.</summary>
    private ReadOnlySpan<byte> EntriesBefore(int directory)
    {
        int index = _before?.IndexOf(_state.VnodeAt(directory)) ?? -1;
        if (_before is null || index < 0 || _before.UniqAt(index) != _state.UniqAt(directory))
        {
            return [];
        }

        _entriesBefore.Clear();
        _entriesBefore.Bytes(_scratch.ExtraAt(_before.ValueAt(index).Offset));
        return _entriesBefore.Written;
    }
}
