using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>Walks two trees side by side and reports what differs. Equal subtrees are recognised by their ids.</summary>
public sealed class TreeComparison(
    ITreePages pages, TreeComparison.Report report, CancellationToken cancellationToken)
{
    /// <summary>Takes one difference.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="path">Where, raw.</param>
    /// <param name="left">What the first tree has there; null if it has nothing.</param>
    /// <param name="right">What the second tree has there; null if it has nothing.</param>
    public delegate void Report(
        Difference difference, ReadOnlySpan<byte> path, in BrowsedNode? left, in BrowsedNode? right);

    /// <summary>How two nodes differ, without what is below them; null if they do not.</summary>
    public static Difference? Differ(in BrowsedNode left, in BrowsedNode right) => NodeComparison.Differ(left.Named, right.Named);

    /// <summary>Compares two nodes and what is below them.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <param name="path">The path to report; empty for the root.</param>
    public void Compare(in BrowsedNode left, in BrowsedNode right, byte[] path)
    {
        NodeView a = left.View;
        NodeView b = right.View;
        ReportDifference(in left, in right, path.Length == 0 ? "/"u8 : path);
        bool isDirectory = a.Type == NodeType.Directory;
        bool isDirectoryNow = b.Type == NodeType.Directory;
        if (isDirectory && isDirectoryNow)
        {
            CompareTrees(in a.Tree, in b.Tree, path);
        }
        else if (isDirectory)
        {
            ReportBelow(in a.Tree, path, Difference.Removed);
        }
        else if (isDirectoryNow)
        {
            ReportBelow(in b.Tree, path, Difference.Added);
        }
    }

    /// <summary>Compares what is below two directories.</summary>
    /// <param name="left">The tree of the first.</param>
    /// <param name="right">The tree of the second.</param>
    /// <param name="path">The path to report; empty for the root.</param>
    public void CompareTrees(in ChunkRef left, in ChunkRef right, byte[] path)
    {
        if (left.Id != right.Id)
        {
            CompareBelow(new TreeWalker(pages, path, in left), new TreeWalker(pages, path, in right));
        }
    }

    /// <summary>Reports all that is below a directory as added.</summary>
    /// <param name="tree">The tree of it.</param>
    /// <param name="path">The path to report; empty for the root.</param>
    public void ReportNew(in ChunkRef tree, ReadOnlySpan<byte> path) => ReportBelow(in tree, path, Difference.Added);

    private void ReportDifference(in BrowsedNode left, in BrowsedNode right, ReadOnlySpan<byte> path)
    {
        if (Differ(in left, in right) is { } difference)
        {
            report(difference, path, left, right);
        }
    }

    /// <summary>Both walks enter the same directories, so that two nodes at one depth lie in the same one, and of two at
    /// different depths the deeper has no counterpart: the other walk has left its directory.</summary>
    private void CompareBelow(TreeWalker left, TreeWalker right)
    {
        bool hasLeft = left.Next();
        bool hasRight = right.Next();
        while (hasLeft || hasRight)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int order = !hasLeft ? 1 : !hasRight ? -1
                : left.Depth != right.Depth ? right.Depth.CompareTo(left.Depth)
                : left.Name.SequenceCompareTo(right.Name);
            if (order < 0)
            {
                hasLeft = ReportAll(left, Difference.Removed);
            }
            else if (order > 0)
            {
                hasRight = ReportAll(right, Difference.Added);
            }
            else
            {
                if (!left.Node.Raw.SequenceEqual(right.Node.Raw))
                {
                    CompareNodes(left, right);
                }

                hasLeft = left.Next();
                hasRight = right.Next();
            }
        }
    }

    private void CompareNodes(TreeWalker left, TreeWalker right)
    {
        NodeView a = left.Node;
        NodeView b = right.Node;
        ReportDifference(new BrowsedNode(left.Page, left.Index), new BrowsedNode(right.Page, right.Index), left.Path);
        if (a.Type == NodeType.Directory && b.Type == NodeType.Directory)
        {
            if (a.Tree.Id != b.Tree.Id)
            {
                left.Enter(in a.Tree);
                right.Enter(in b.Tree);
            }
        }
        else if (a.Type == NodeType.Directory)
        {
            ReportBelow(in a.Tree, left.Path, Difference.Removed);
        }
        else if (b.Type == NodeType.Directory)
        {
            ReportBelow(in b.Tree, right.Path, Difference.Added);
        }
    }

    /// <summary>Reports the current node of a walk and all below it, and moves the walk behind them.</summary>
    /// <returns>Whether there is a next node.</returns>
    private bool ReportAll(TreeWalker walker, Difference difference)
    {
        int depth = walker.Depth;
        bool hasNext;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            BrowsedNode only = new(walker.Page, walker.Index);
            report(
                difference, walker.Path, difference == Difference.Removed ? only : null, difference == Difference.Added ? only : null);
            NodeView node = walker.Node;
            if (node.Type == NodeType.Directory)
            {
                walker.Enter(in node.Tree);
            }

            hasNext = walker.Next();
        }
        while (hasNext && walker.Depth > depth);
        return hasNext;
    }

    private void ReportBelow(in ChunkRef tree, ReadOnlySpan<byte> path, Difference difference)
    {
        TreeWalker walker = new(pages, path, in tree);
        bool hasNext = walker.Next();
        while (hasNext)
        {
            hasNext = ReportAll(walker, difference);
        }
    }
}
