using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>
/// Where the leaves of a directory begin, so that an entry is found by its ordinal with one binary search. 48 bytes a
/// leaf, and next to nothing for the directories of one page, which nearly all are. Immutable.
/// </summary>
internal sealed class LeafTable
{
    /// <summary>Beyond so many leaves, some hundred million entries, a directory is refused: a page may name one leaf
    /// any number of times, and the table would outgrow the memory.</summary>
    private const int MaxLeaves = 4 << 20;

    private readonly ChunkRef[] _leaves;
    private readonly long[] _starts;

    private LeafTable(in ChunkRef root, ChunkRef[] leaves, long[] starts, long total)
    {
        Root = root;
        _leaves = leaves;
        _starts = starts;
        Total = total;
    }

    /// <summary>The page at the root of the directory.</summary>
    internal ChunkRef Root { get; }

    /// <summary>Entries of the directory.</summary>
    internal long Total { get; }

    /// <summary>The leaves that hold the entries, in order.</summary>
    internal IReadOnlyList<ChunkRef> Leaves => _leaves.Length > 0 ? _leaves : Total > 0 ? [Root] : [];

    internal static LeafTable Read(ITreePages pages, in ChunkRef root)
    {
        if (root.Length == 0)
        {
            return new LeafTable(in root, [], [], 0); // a directory that no page stands for
        }

        TreePage page = pages.Load(in root);
        if (page.Level == 0)
        {
            return new LeafTable(in root, [], [], page.Count);
        }

        List<ChunkRef> leaves = [];
        List<long> starts = [];
        long total = 0;
        Collect(pages, page, leaves, starts, ref total);
        return new LeafTable(in root, [.. leaves], [.. starts], total);
    }

    /// <summary>Loads the leaf that holds entry <paramref name="ordinal"/>.</summary>
    /// <param name="pages">Where pages come from.</param>
    /// <param name="ordinal">0 to <see cref="Total"/> - 1.</param>
    /// <param name="index">Its position in the leaf.</param>
    internal TreePage Load(ITreePages pages, long ordinal, out int index)
    {
        if (_leaves.Length == 0)
        {
            index = (int)ordinal;
            return Checked(pages.Load(Root), index);
        }

        int leaf = Array.BinarySearch(_starts, ordinal);
        leaf = leaf < 0 ? ~leaf - 1 : leaf;
        index = (int)(ordinal - _starts[leaf]);
        return Checked(pages.Load(in _leaves[leaf]), index);
    }

    /// <summary>The leaf that holds entry <paramref name="ordinal"/>.</summary>
    internal ChunkRef LeafOf(long ordinal)
    {
        if (_leaves.Length == 0)
        {
            return Root;
        }

        int leaf = Array.BinarySearch(_starts, ordinal);
        return _leaves[leaf < 0 ? ~leaf - 1 : leaf];
    }

    private static TreePage Checked(TreePage page, int index) => page.Level == 0 && index < page.Count
        ? page
        : throw new InvalidEncodingException("a page of a directory has fewer entries than its index says");

    private static void Collect(
        ITreePages pages, TreePage page, List<ChunkRef> leaves, List<long> starts, ref long total)
    {
        for (int i = 0; i < page.Count; i++)
        {
            ChunkRef child = page.Child(i, out long below);
            if (below <= 0 || leaves.Count >= MaxLeaves || total + below >= uint.MaxValue)
            {
                throw new InvalidEncodingException("the index pages of a directory claim what no directory holds");
            }

            if (page.Level == 1)
            {
                leaves.Add(child);
                starts.Add(total);
                total += below;
                continue;
            }

            TreePage lower = pages.Load(in child);
            if (lower.Level != page.Level - 1 || lower.TotalEntries != below)
            {
                throw new InvalidEncodingException("the index pages of a directory contradict each other");
            }

            Collect(pages, lower, leaves, starts, ref total);
        }
    }
}
