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
        Assert.NotNull(shown);
        shown.Census.Start(shown);
        Assert.True(pages.Asked.Wait(Patience));

        Task apply = Task.Run(() => tree.Apply(LayoutPlan.Make([], [], _ => false)));
        Assert.True(SpinWait.SpinUntil(() => tree.Root.Children?.Find("hosts"u8)?.Children?.ById.Count == 0, Patience));
        Task lookup = Task.Run(() => tree.AddLookup(tree.Root));

        await lookup.WaitAsync(Patience);
        Assert.False(apply.IsCompleted);
        pages.Answer.Set();
        await apply.WaitAsync(Patience);
    }

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
