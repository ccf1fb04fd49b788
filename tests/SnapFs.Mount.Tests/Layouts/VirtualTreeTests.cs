using System.Text;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Stored;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Layouts;

public sealed class VirtualTreeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Look_ups_do_not_wait_for_the_count_of_a_snapshot_that_vanishes()
    {
        MemorySnapshotSource source = new();
        SnapshotHead head = new TestTree(source).AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory());
        source.Refresh(CancellationToken.None);
        using FrameCache frames = new(source, 1 << 20, prefetchThreads: 0);
        using SlowPages pages = new(new TreePageCache(frames, 1 << 20));
        SnapshotView? shown = null;
        CensusTurn turn = new(_ => { });
        VirtualTree tree = new(
            (of, part) => shown = new SnapshotView(source, pages, beforeWaiting: null, of, part, turn), TimeProvider.System);
        tree.Apply(LayoutPlan.Make([head], [], _ => false));
        Assert.Null(shown);
        Assert.Single(Enter(tree, "hosts", "box", "etc"), node => node.Snapshot is not null);
        Assert.NotNull(shown);
        shown.Census.Start(shown);
        Assert.True(pages.Asked.Wait(Patience));

        Task apply = Task.Run(() => tree.Apply(LayoutPlan.Make([], [], _ => false)));
        Assert.True(SpinWait.SpinUntil(() => Enter(tree, "hosts").Count == 0, Patience));
        Task lookup = Task.Run(() => tree.AddLookup(tree.Root));

        await lookup.WaitAsync(Patience);
        Assert.False(apply.IsCompleted);
        pages.Answer.Set();
        await apply.WaitAsync(Patience);
    }

    [Fact]
    public void A_directory_that_nobody_has_looked_at_shows_what_there_is_now()
    {
        MemorySnapshotSource source = new();
        TestTree trees = new(source);
        SnapshotHead first = trees.AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory());
        SnapshotHead second = trees.AddSnapshot("box", "etc", "2026-11-17T02:00:00Z", TestNode.Directory());
        using FrameCache frames = new(source, 1 << 20, prefetchThreads: 0);
        TreePageCache pages = new(frames, 1 << 20);
        CensusTurn turn = new(_ => { });
        VirtualTree tree = new(
            (of, part) => new SnapshotView(source, pages, beforeWaiting: null, of, part, turn), TimeProvider.System);
        tree.Apply(LayoutPlan.Make([first], [], _ => false));
        VirtualNode host = Assert.Single(Enter(tree, "hosts"));

        IReadOnlyList<Invalidation> unseen = tree.Apply(LayoutPlan.Make([first, second], [], _ => false));

        Assert.Empty(unseen); // no kernel knows what nobody has seen
        Assert.Same(host, Assert.Single(Enter(tree, "hosts")));
        Assert.Equal(3, Enter(tree, "hosts", "box", "etc").Count); // and latest
        VirtualNode series = Assert.Single(Enter(tree, "hosts", "box"));
        Assert.Equal(second.Ended, series.Modified);

        IReadOnlyList<Invalidation> seen = tree.Apply(LayoutPlan.Make([second], [], _ => false));

        Assert.Contains(seen, change => change.NodeId == series.Id);
        Assert.Equal(2, Enter(tree, "hosts", "box", "etc").Count);
    }

    [Fact]
    public void A_directory_that_is_gone_before_anybody_looked_at_it_is_empty()
    {
        MemorySnapshotSource source = new();
        SnapshotHead head = new TestTree(source).AddSnapshot("box", "etc", "2026-11-16T02:00:00Z", TestNode.Directory());
        VirtualTree tree = new((_, _) => throw new InvalidOperationException("nobody looks"), TimeProvider.System);
        tree.Apply(LayoutPlan.Make([head], [], _ => false));
        VirtualNode host = Assert.Single(Enter(tree, "hosts"));

        tree.Apply(LayoutPlan.Make([], [], _ => false));

        Assert.Empty(tree.ChildrenOf(host).ById);
    }

    private static IReadOnlyList<VirtualNode> Enter(VirtualTree tree, params string[] path) => tree.ChildrenOf(
        path.Aggregate(tree.Root, (node, name) => tree.ChildrenOf(node).Find(Encoding.UTF8.GetBytes(name))!)).ById; // they are there

    /// <summary>Gives no page before it may.</summary>
    private sealed class SlowPages(ITreePages pages) : ITreePages, IDisposable
    {
        public ManualResetEventSlim Asked { get; } = new();

        public ManualResetEventSlim Answer { get; } = new();

        public TreePage Load(in ChunkRef reference)
        {
            Asked.Set();
            Answer.Wait();
            return pages.Load(in reference);
        }

        public void Dispose()
        {
            Answer.Set();
            Asked.Dispose();
            Answer.Dispose();
        }
    }
}
