using SnapFs.Afs.Chains;

namespace SnapFs.Afs.Trees;

/// <summary>Decides where each vnode hangs, so that what hangs below the root is a tree and the rest are trees of orphans.</summary>
internal sealed class TreeLinks(
    VnodeTable vnodes, List<StoredEntry> entries, (int Start, int End)[] ranges, uint[] parents,
    Action<TreeProblemKind, StoredEntry> report)
{
    private const uint RootVnode = 1;

    private readonly int _root = vnodes.IndexOf(RootVnode);
    private readonly bool[] _isReached = new bool[ranges.Length];

    /// <summary>The entry that names a vnode, the first of a file that has several; -1 if none does.</summary>
    public int[] EntryOf { get; } = NoEntries(vnodes.Count);

    /// <summary>Directories, each after the one that it is in; first those below the root, then those below orphans.</summary>
    public List<int> Order { get; } = new(ranges.Length);

    /// <summary>How many of <see cref="Order"/> are the root and what is below it.</summary>
    public int Reached { get; private set; }

    /// <summary>Vnodes that hang nowhere, without what is below them.</summary>
    public List<int> Orphans { get; } = [];

    /// <summary>Chooses the one name of each directory: that in its own <c>..</c> if there is one, otherwise the first.</summary>
    public void Choose()
    {
        for (int i = 0; i < entries.Count; i++)
        {
            StoredEntry entry = entries[i];
            ref int chosen = ref EntryOf[entry.Child];
            if (entry.Child == _root)
            {
                report(TreeProblemKind.DirectoryNamedTwice, entry);
            }
            else if (chosen < 0)
            {
                chosen = i;
            }
            else if (entry.Child < ranges.Length)
            {
                uint own = parents[entry.Child];
                bool isBetter = vnodes.VnodeAt(entry.Directory) == own && vnodes.VnodeAt(entries[chosen].Directory) != own;
                report(TreeProblemKind.DirectoryNamedTwice, isBetter ? entries[chosen] : entry);
                chosen = isBetter ? i : chosen;
            }
        }
    }

    /// <summary>Walks down from the root, then from every orphan; what is left after that are circles, which are cut.</summary>
    public void Reach()
    {
        if (_root >= 0)
        {
            Descend(_root);
        }

        Reached = Order.Count;
        for (int i = 0; i < vnodes.Count; i++)
        {
            if (EntryOf[i] < 0 && i != _root)
            {
                AddOrphan(i, TreeProblemKind.Orphan);
            }
        }

        for (int i = 0; i < ranges.Length; i++)
        {
            if (!_isReached[i])
            {
                EntryOf[i] = -1;
                AddOrphan(i, TreeProblemKind.Loop);
            }
        }
    }

    private void AddOrphan(int index, TreeProblemKind kind)
    {
        Orphans.Add(index);
        report(kind, new StoredEntry(0, index, 0, 0));
        if (index < ranges.Length)
        {
            Descend(index);
        }
    }

    /// <summary>Every directory has one name at most, so none is met twice; <see cref="Order"/> is the queue.</summary>
    private void Descend(int top)
    {
        int next = Order.Count;
        _isReached[top] = true;
        Order.Add(top);
        for (; next < Order.Count; next++)
        {
            (int start, int end) = ranges[Order[next]];
            for (int i = start; i < end; i++)
            {
                int child = entries[i].Child;
                if (child < ranges.Length && EntryOf[child] == i && !_isReached[child])
                {
                    _isReached[child] = true;
                    Order.Add(child);
                }
            }
        }
    }

    private static int[] NoEntries(int count)
    {
        int[] none = new int[count];
        Array.Fill(none, -1);
        return none;
    }
}
