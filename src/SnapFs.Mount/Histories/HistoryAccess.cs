using SnapFs.Mount.Stored;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>Who may use the directories of paths through all snapshots: nobody whom not each of the directories would let that they show.
/// </summary>
internal sealed class HistoryAccess(MountOptions options, StoredTrees trees, PathHistories histories)
{
    private const uint Open = 0x16D; // 0555

    /// <summary>Who may use a directory; null if one of its snapshots is gone.</summary>
    internal ShownRights? Of(HistoryNode node, PathHistory history)
    {
        if (!history.HasDirectories)
        {
            return new ShownRights(options.UserId, options.GroupId, Open, null); // who gets here may ask for each version by its name
        }

        List<ShownRights> rights = [];
        foreach (int snapshot in options.AllowOther ? history.Witnesses : [history.LastDirectory])
        {
            if (histories.TreeOf(history.Set, snapshot) is not { Snapshot: { } view })
            {
                return null;
            }

            rights.Add(Of(node, history.Set, snapshot, view));
        }

        return ShownRights.Narrowest(rights);
    }

    private ShownRights Of(HistoryNode node, SnapshotSet set, int snapshot, SnapshotView view)
    {
        try
        {
            ResolvedNode resolved = default;
            if (node.Parent is not { } parent)
            {
                resolved = StoredTrees.Top(view);
            }
            else if (histories.Of(parent, set).DirectoryAt(snapshot) is { } above
                && DirectoryCursor.TryFind(trees.Pages, above.Tree, node.Name, out TreePage page, out int index, out _))
            {
                resolved.Snapshot = view;
                resolved.Owner = view;
                resolved.Page = page;
                resolved.Node = page.Node(index);
            }
            else
            {
                return ShownRights.Closed;
            }

            (MappedOwner user, MappedOwner group) = trees.Access.OwnersOf(in resolved);
            return new ShownRights(user.Id, group.Id, trees.Access.Narrow(in resolved, out byte[]? list), list);
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            histories.Report(node, e);
            return ShownRights.Closed;
        }
    }
}
