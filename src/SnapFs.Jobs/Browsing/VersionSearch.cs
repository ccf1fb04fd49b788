using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>Finds all states that paths had in the snapshots of one host and source. What is equal in two snapshots has equal pages
/// and is not read a second time.</summary>
/// <param name="browser">Reads the snapshots.</param>
/// <param name="failed">Told of each snapshot that cannot be read and is left out.</param>
/// <param name="cancellationToken">Gives up.</param>
public sealed class VersionSearch(
    SnapshotBrowser browser, Action<SnapFsException> failed, CancellationToken cancellationToken)
{
    /// <summary>Versions that are kept in memory, a few hundred bytes each.</summary>
    public const int Limit = 1_000_000;

    /// <summary>Whether a node is looked for.</summary>
    /// <param name="path">Absolute, raw.</param>
    /// <param name="node">What is there.</param>
    public delegate bool Test(ReadOnlySpan<byte> path, in NodeView node);

    /// <summary>The states of one path.</summary>
    /// <param name="snapshots">Of one host and source, in any order.</param>
    /// <param name="path">Absolute, normalised; not <c>/</c>.</param>
    /// <returns>Null if no snapshot has it.</returns>
    public PathVersions? OfPath(IEnumerable<SnapshotHead> snapshots, byte[] path)
    {
        VersionLedger ledger = new(Limit);
        PathLookup lookup = new(browser.Pages, path);
        BrowsedNode? before = null;
        EachReadable(snapshots, snapshot =>
        {
            BrowsedNode? found = lookup.Find(snapshot.Root);
            ledger.Begin(snapshot);
            if (found is not { } node)
            {
                ledger.Leave(path, isGone: true);
            }
            else if (before is not { } old || TreeComparison.Differ(in old, in node) is not null)
            {
                ledger.Enter(path, in node);
            }

            before = found;
        });
        return ledger.End().SingleOrDefault();
    }

    /// <summary>The states of every path below a directory that a test takes.</summary>
    /// <param name="snapshots">Of one host and source, in any order.</param>
    /// <param name="directory">Where to look: absolute, normalised; null or <c>/</c> for everywhere.</param>
    /// <param name="test">What is looked for.</param>
    /// <returns>By path.</returns>
    /// <exception cref="JobException">There are more than <see cref="Limit"/>.</exception>
    public IEnumerable<PathVersions> Below(IEnumerable<SnapshotHead> snapshots, byte[]? directory, Test test)
    {
        byte[] prefix = directory is null or { Length: 1 } ? [] : directory;
        PathLookup? lookup = prefix.Length > 0 ? new PathLookup(browser.Pages, prefix) : null;
        VersionLedger ledger = new(Limit);
        ChunkRef? before = null;
        EachReadable(snapshots, snapshot =>
        {
            ChunkRef? tree = lookup is null ? snapshot.Root : TreeOf(lookup.Find(snapshot.Root));
            List<(byte[] Path, BrowsedNode? Node, bool IsGone)> changes = [];
            TreeComparison comparison = new(browser.Pages, Note, cancellationToken);
            if (tree is { } now && before is { } old)
            {
                comparison.CompareTrees(in old, in now, prefix);
            }
            else if (tree is { } first)
            {
                comparison.ReportNew(in first, prefix);
            }

            // Only now is it known that all of it can be read.
            ledger.Begin(snapshot);
            if (tree is null)
            {
                ledger.LeaveAll();
            }

            foreach ((byte[] path, BrowsedNode? found, bool isGone) in changes)
            {
                if (found is { } node)
                {
                    ledger.Enter(path, in node);
                }
                else
                {
                    ledger.Leave(path, isGone);
                }
            }

            before = tree;

            void Note(Difference difference, ReadOnlySpan<byte> path, in BrowsedNode? left, in BrowsedNode? right)
            {
                if (right is { } node && test(path, node.View))
                {
                    changes.Add((path.ToArray(), node.Detach(), false));
                }
                else if (left is not null && ledger.Knows(path)) // what was not there has nothing that could end
                {
                    changes.Add((path.ToArray(), null, right is null));
                }
            }
        });
        return ledger.End();
    }

    private static ChunkRef? TreeOf(BrowsedNode? node) =>
        node is { View: { Type: NodeType.Directory } view } ? view.Tree : null;

    /// <summary>The oldest first; one that cannot be read changes nothing.</summary>
    private void EachReadable(IEnumerable<SnapshotHead> snapshots, Action<SnapshotHead> read)
    {
        foreach (SnapshotHead snapshot in snapshots.Order(SnapshotHead.ByTime))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                read(snapshot);
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                failed(e);
            }
        }
    }
}
