using SnapFs.Chunks;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Testing;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Nodes;

/// <summary>What directories and linked files cost while a kernel knows them, and after it has forgotten them. Runs alone, because the
/// memory of the process is measured.</summary>
[CollectionDefinition(nameof(KnownNodesTests), DisableParallelization = true)]
[Collection(nameof(KnownNodesTests))]
public sealed class KnownNodesTests
{
    private const int Many = 200_000;
    private const int Known = 300;
    private const int Forgotten = 8;

    private readonly LeafTable _leaves = LeafTable.Read(new NoPages(), new ChunkRef(default, 0));

    [Fact]
    public void Many_directories_cost_little_once_they_are_forgotten()
    {
        SlotTable table = new();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (uint i = 0; i < Many; i++)
        {
            table.Leave(Enter(table, i), returned: 1);
        }

        Assert.Equal(Many, table.Count);
        AssertCost(Known, before, "that is known");
        DirectorySlot middle = Enter(table, Many / 2);
        for (uint i = 0; i < Many; i++)
        {
            table.Forget(NodeIds.FirstDirectorySlot + i, 1);
        }

        Assert.Same(middle, table.Find(middle.Number));
        Assert.Equal(1, table.Count);
        table.Leave(middle, returned: 0);
        Assert.Null(table.Find(middle.Number));
        AssertCost(Forgotten, before, "that was forgotten");
        GC.KeepAlive(table);
    }

    [Fact]
    public void Many_linked_files_cost_little_once_they_are_forgotten()
    {
        LinkTable table = new();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (uint i = 0; i < Many; i++)
        {
            table.AddLookup(KeyOf(i), _leaves, 0);
        }

        AssertCost(Known, before, "that is known");
        for (uint i = 0; i < Many; i++)
        {
            table.Forget(NodeIds.Of(NodeIds.LinkSlot, i), 1);
        }

        Assert.Equal(0, table.Count);
        AssertCost(Forgotten, before, "that was forgotten");
        GC.KeepAlive(table);
    }

    /// <summary>Against a plain list of what is there, with numbers of which some stay while many come and go.</summary>
    [Fact]
    public void A_number_never_comes_back_under_a_generation_it_had() => Seeds.ForEach(3, random =>
    {
        SlotTable table = new();
        HashSet<(uint, uint)> seen = [];
        List<DirectorySlot> known = [];
        for (uint i = 0; i < 60_000; i++)
        {
            // Thousands come and most of them go, again and again.
            bool isGrowing = i / 5_000 % 2 == 0;
            if (known.Count == 0 || random.Next(10) < (isGrowing ? 9 : 1))
            {
                DirectorySlot slot = Enter(table, i);
                Assert.True(seen.Add((slot.Number, slot.Generation)));
                table.Leave(slot, returned: 1);
                known.Add(slot);
            }
            else
            {
                int index = random.Next(known.Count);
                DirectorySlot slot = known[index];
                known[index] = known[^1];
                known.RemoveAt(known.Count - 1);
                Assert.Same(slot, table.Find(slot.Number));
                table.Forget(slot.Number, 1);
                Assert.NotSame(slot, table.Find(slot.Number));
            }
        }

        Assert.Equal(known.Count, table.Count);
        Assert.All(known, slot => Assert.Same(slot, table.Find(slot.Number)));
    });

    private static DirectorySlot Enter(SlotTable table, uint number)
    {
        DirectorySlot? slot = table.Enter(
            NodeIds.Of(NodeIds.FirstDirectorySlot, number),
            _ => new OpenedDirectory(null, null!, LeafTable.Read(new NoPages(), new ChunkRef(default, 0)), null, 1, 1));
        Assert.NotNull(slot);
        return slot;
    }

    private static LinkKey KeyOf(ulong inode) => new(null!, 1, inode, 1, default, null); // no test looks at the snapshot

    private static void AssertCost(long limit, long before, string what)
    {
        double each = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Many;
        Assert.True(each <= limit, $"each {what} takes {each:0.0} bytes");
    }

    private sealed class NoPages : ITreePages
    {
        public TreePage Load(in ChunkRef page) => throw new InvalidOperationException("there are no pages");
    }
}
