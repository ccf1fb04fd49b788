using SnapFs.Trees;

namespace SnapFs.Cli.Browsing;

/// <summary>Walks two trees side by side and reports what differs. Equal subtrees are recognised by their ids.</summary>
internal sealed class TreeComparison(
    ITreePages pages, TreeComparison.Report report, CancellationToken cancellationToken)
{
    /// <summary>Takes one difference.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="path">Where, raw.</param>
    public delegate void Report(Difference difference, ReadOnlySpan<byte> path);

    /// <summary>Compares two nodes and what is below them.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <param name="path">The path to report; empty for the root.</param>
    public void Compare(in BrowsedNode left, in BrowsedNode right, byte[] path)
    {
        NodeView a = left.View;
        NodeView b = right.View;
        ReadOnlySpan<byte> shown = path.Length == 0 ? "/"u8 : path;
        if (a.Type != b.Type)
        {
            report(Difference.Type, shown);
        }
        else if (!SameContent(in a, in b))
        {
            report(Difference.Content, shown);
        }
        else if (!SameAccessList(in a, in b))
        {
            report(Difference.AccessList, shown);
        }
        else if (!SameMetadata(in left, in right))
        {
            report(Difference.Metadata, shown);
        }

        bool isDirectory = a.Type == NodeType.Directory;
        bool isDirectoryNow = b.Type == NodeType.Directory;
        if (isDirectory && isDirectoryNow)
        {
            if (a.Tree.Id != b.Tree.Id)
            {
                CompareEntries(in a, in b, path);
            }
        }
        else if (isDirectory)
        {
            ReportBelow(in a, path, Difference.Removed);
        }
        else if (isDirectoryNow)
        {
            ReportBelow(in b, path, Difference.Added);
        }
    }

    /// <summary>Reports all that is below a directory as added.</summary>
    public void ReportNew(in BrowsedNode directory, byte[] path)
    {
        NodeView view = directory.View;
        ReportBelow(in view, path, Difference.Added);
    }

    private static bool SameContent(in NodeView a, in NodeView b) => a.Type switch
    {
        NodeType.File => a.Size == b.Size
            && a.ContentForm == b.ContentForm
            && a.Inline.SequenceEqual(b.Inline)
            && a.ChunkList.SequenceEqual(b.ChunkList)
            && a.Extents.SequenceEqual(b.Extents),
        NodeType.Symlink => a.Target.SequenceEqual(b.Target),
        NodeType.BlockDevice or NodeType.CharacterDevice => a.DeviceNumber == b.DeviceNumber,
        _ => true,
    };

    private static bool SameAccessList(in NodeView a, in NodeView b)
    {
        AfsNodeCodec.TryRead(a.Extensions, out AfsNode afs);
        AfsNodeCodec.TryRead(b.Extensions, out AfsNode other);
        return afs.AccessList.SequenceEqual(other.AccessList);
    }

    private static bool SameMetadata(in BrowsedNode left, in BrowsedNode right)
    {
        NodeView a = left.View;
        NodeView b = right.View;
        return a.Mode == b.Mode
            && a.UserId == b.UserId
            && a.GroupId == b.GroupId
            && a.Modified == b.Modified
            && a.Xattrs.SequenceEqual(b.Xattrs)
            && left.User.SequenceEqual(right.User)
            && left.Group.SequenceEqual(right.Group);
    }

    private void CompareEntries(in NodeView left, in NodeView right, byte[] path)
    {
        DirectoryCursor a = new(pages, in left.Tree);
        DirectoryCursor b = new(pages, in right.Tree);
        bool hasA = a.Next();
        bool hasB = b.Next();
        while (hasA || hasB)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int order = !hasA ? 1 : !hasB ? -1 : a.Node.Name.SequenceCompareTo(b.Node.Name);
            if (order < 0)
            {
                ReportAll(a, path, Difference.Removed);
            }
            else if (order > 0)
            {
                ReportAll(b, path, Difference.Added);
            }
            else if (!a.Node.Raw.SequenceEqual(b.Node.Raw))
            {
                Compare(new BrowsedNode(a.Page, a.Index), new BrowsedNode(b.Page, b.Index), Below(path, a));
            }

            hasA = order <= 0 ? a.Next() : hasA;
            hasB = order >= 0 ? b.Next() : hasB;
        }
    }

    private void ReportAll(DirectoryCursor cursor, byte[] path, Difference difference)
    {
        byte[] below = Below(path, cursor);
        NodeView node = cursor.Node;
        report(difference, below);
        if (node.Type == NodeType.Directory)
        {
            ReportBelow(in node, below, difference);
        }
    }

    private void ReportBelow(in NodeView directory, byte[] path, Difference difference)
    {
        DirectoryCursor cursor = new(pages, in directory.Tree);
        while (cursor.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReportAll(cursor, path, difference);
        }
    }

    private static byte[] Below(byte[] path, DirectoryCursor cursor) => [.. path, (byte)'/', .. cursor.Node.Name];
}
