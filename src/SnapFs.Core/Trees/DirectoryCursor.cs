using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>Walks the nodes of a directory in order of their raw names, across the pages of a large one.</summary>
/// <remarks>Holds one page of each level. Not thread-safe.</remarks>
public sealed class DirectoryCursor
{
    private readonly ITreePages _pages;
    private readonly Stack<(TreePage Page, int Next)> _path = new();
    private int _index = -1;

    /// <param name="pages">Where pages come from.</param>
    /// <param name="root">The page at the root of the directory.</param>
    public DirectoryCursor(ITreePages pages, in ChunkRef root)
        : this(pages, in root, 0)
    {
    }

    /// <param name="pages">Where pages come from.</param>
    /// <param name="root">The page at the root of the directory.</param>
    /// <param name="start">Ordinal of the node that the first <see cref="Next"/> moves to; past the end, it moves to none.
    /// </param>
    public DirectoryCursor(ITreePages pages, in ChunkRef root, long start)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        _pages = pages;
        Page = pages.Load(in root);
        Total = Page.TotalEntries;
        Ordinal = Math.Min(start, Total) - 1;
        long skip = Math.Min(start, Total);
        while (Page.Level > 0)
        {
            int child = 0;
            ChunkRef reference = Page.Count == 0 ? throw Empty() : Page.Child(0, out long below);
            while (skip >= below && child < Page.Count - 1)
            {
                skip -= below;
                reference = Page.Child(++child, out below);
            }

            Descend(in reference, child + 1);
        }

        _index = (int)Math.Min(skip, Page.Count) - 1;
    }

    /// <summary>Nodes in the whole directory.</summary>
    public long Total { get; }

    /// <summary>Position of <see cref="Node"/> in the whole directory, from 0.</summary>
    public long Ordinal { get; private set; }

    /// <summary>The leaf that holds <see cref="Node"/>, for the names of its owners.</summary>
    public TreePage Page { get; private set; }

    /// <summary>The node that <see cref="Next"/> moved to.</summary>
    public NodeView Node => Page.Node(_index);

    /// <summary>Position of <see cref="Node"/> in <see cref="Page"/>.</summary>
    public int Index => _index;

    /// <summary>Moves to the next node; false at the end.</summary>
    public bool Next()
    {
        while (_index + 1 >= Page.Count)
        {
            if (!NextLeaf())
            {
                return false;
            }
        }

        _index++;
        Ordinal++;
        return true;
    }

    /// <summary>Finds a node by its raw name.</summary>
    /// <param name="pages">Where pages come from.</param>
    /// <param name="root">The page at the root of the directory.</param>
    /// <param name="name">The raw name.</param>
    /// <param name="page">The leaf that holds it.</param>
    /// <param name="index">Its position in <paramref name="page"/>.</param>
    /// <param name="ordinal">Its position in the whole directory.</param>
    public static bool TryFind(
        ITreePages pages,
        in ChunkRef root,
        ReadOnlySpan<byte> name,
        out TreePage page,
        out int index,
        out long ordinal)
    {
        page = pages.Load(in root);
        ordinal = 0;
        while (page.Level > 0)
        {
            int child = Math.Max(page.Floor(name), 0);
            for (int i = 0; i < child; i++)
            {
                page.Child(i, out long below);
                ordinal += below;
            }

            TreePage parent = page;
            page = parent.Count == 0 ? throw Empty() : pages.Load(parent.Child(child, out _));
            page.CheckBelow(parent, child);
        }

        index = page.Floor(name);
        ordinal += index;
        return index >= 0 && page.NameAt(index).SequenceEqual(name);
    }

    private bool NextLeaf()
    {
        int height = 0;
        while (_path.TryPop(out (TreePage Page, int Next) step))
        {
            height = step.Page.Level;
            if (step.Next < step.Page.Count)
            {
                Page = step.Page;
                Descend(step.Page.Child(step.Next, out _), step.Next + 1);
                while (Page.Level > 0)
                {
                    Descend(Page.Count == 0 ? throw Empty() : Page.Child(0, out _), 1);
                }

                _index = -1;
                return true;
            }
        }

        return false;
    }

    private void Descend(in ChunkRef child, int next)
    {
        TreePage parent = Page;
        _path.Push((parent, next));
        Page = _pages.Load(in child);
        Page.CheckBelow(parent, next - 1);
    }

    private static InvalidEncodingException Empty() => new("an index page of a tree has no children");
}
