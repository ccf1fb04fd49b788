using SnapFs.Afs.Chains;
using SnapFs.Afs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Finds the paths of the state before that lead nowhere any more, by comparing directories. What a dump that was cut
/// off did not reach is not known to be gone.</summary>
internal sealed class DeletedPaths
{
    private readonly VolumeState<VnodePlace> _before;
    private readonly VolumeState<VnodePlace> _state;
    private readonly VnodeScratch _scratch;
    private readonly VolumeTree _tree;
    private readonly Action<byte[]> _report;
    private readonly Stack<(int Before, int Now, byte[] Path)> _pending = new();

    /// <param name="before">The state before.</param>
    /// <param name="state">The state after.</param>
    /// <param name="scratch">Has what the directories before held.</param>
    /// <param name="tree">The names after.</param>
    /// <param name="report">Gets each path, a directory's before what was in it.</param>
    public DeletedPaths(
        VolumeState<VnodePlace> before, VolumeState<VnodePlace> state, VnodeScratch scratch, VolumeTree tree,
        Action<byte[]> report)
    {
        _before = before;
        _state = state;
        _scratch = scratch;
        _tree = tree;
        _report = report;
    }

    /// <summary>Finds them all.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        int root = _before.IndexOf(1);
        if (root >= 0)
        {
            _pending.Push((root, _state.IndexOf(1), []));
        }

        while (_pending.TryPop(out (int Before, int Now, byte[] Path) directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Compare(directory.Before, directory.Now, directory.Path);
        }
    }

    /// <param name="before">A directory of the state before.</param>
    /// <param name="now">What it is now; -1 if it is gone.</param>
    /// <param name="path">Its path before.</param>
    private void Compare(int before, int now, byte[] path)
    {
        byte[] list = _scratch.ExtraAt(_before.ValueAt(before).Offset).ToArray();
        List<(int, int, byte[])> below = [];
        using IEnumerator<TreeEntry> current = (now < 0 ? [] : _tree.EntriesOf(now)).GetEnumerator();
        bool hasCurrent = current.MoveNext();
        EntryList entries = new(list);
        while (entries.Next())
        {
            while (hasCurrent && current.Current.Name.Span.SequenceCompareTo(entries.Name) < 0)
            {
                hasCurrent = current.MoveNext();
            }

            if (now >= 0 && _tree.IsLost(now, entries.Name))
            {
                continue;
            }

            bool isThere = hasCurrent && current.Current.Name.Span.SequenceEqual(entries.Name);
            byte[] childPath = path.Length == 0 ? entries.Name.ToArray() : [.. path, (byte)'/', .. entries.Name];
            if (!isThere)
            {
                _report(childPath);
            }

            int child = _before.IndexOf(entries.Vnode);
            if (child >= 0 && _before.IsDirectoryAt(child))
            {
                below.Add((child, Counterpart(child, isThere ? current.Current.Child : -1), childPath));
            }
        }

        for (int i = below.Count - 1; i >= 0; i--)
        {
            _pending.Push(below[i]);
        }
    }

    /// <summary>What a directory is now: itself if it lives on, wherever; otherwise the one that has its name.</summary>
    private int Counterpart(int before, int named)
    {
        int same = _state.IndexOf(_before.VnodeAt(before));
        return same >= 0 && _state.UniqAt(same) == _before.UniqAt(before) ? same
            : named >= 0 && _state.IsDirectoryAt(named) ? named : -1;
    }
}
