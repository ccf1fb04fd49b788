using System.Text;
using SnapFs.Chunks;
using SnapFs.Testing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class TreeWalkerTests
{
    [Fact]
    public void Every_node_is_met_once_parents_first_and_names_in_order() => Seeds.ForEach(20, random =>
    {
        PageStore pages = new();
        List<string> expected = [];
        ChunkRef tree = Grow(pages, random, "/top", depth: 4, expected);

        Assert.Equal(expected, Walk(pages, in tree, "/top"));
    });

    [Fact]
    public void A_directory_that_is_not_entered_is_one_node()
    {
        PageStore pages = new();
        ChunkRef below = pages.Encode(["x"u8.ToArray()]);
        ChunkRef tree = Directory(pages, ("a", below), ("b", below));
        TreeWalker walker = new(pages, default, in tree);

        Assert.True(walker.Next());
        Assert.Equal(("/a", "a", 1), (Text(walker.Path), Text(walker.Name), walker.Depth));
        Assert.True(walker.Next());
        walker.Enter(walker.Node.Tree);
        Assert.True(walker.Next());
        Assert.Equal(("/b/x", "x", 2), (Text(walker.Path), Text(walker.Name), walker.Depth));
        Assert.False(walker.Next());
        Assert.False(walker.Next());
    }

    [Fact]
    public void Twenty_thousand_levels_cost_memory_in_proportion_to_the_path()
    {
        PageStore pages = new();
        ChunkRef half = Chain(pages, 10_000, pages.Encode(["end"u8.ToArray()]));
        ChunkRef whole = Chain(pages, 10_000, half);
        Measure(pages, in half);

        (int Nodes, string Last, long Bytes) short1 = Measure(pages, in half);
        (int Nodes, string Last, long Bytes) long1 = Measure(pages, in whole);

        Assert.Equal((10_001, 20_001), (short1.Nodes, long1.Nodes));
        Assert.EndsWith("/d/d/end", long1.Last, StringComparison.Ordinal);
        Assert.Equal(40_004, long1.Last.Length);
        Assert.InRange(long1.Bytes, 0, 3 * short1.Bytes);
    }

    [Fact]
    public void The_walk_goes_on_beside_what_cannot_be_read()
    {
        PageStore pages = new();
        ChunkRef good = pages.Encode(["x"u8.ToArray()]);
        ChunkRef gone = pages.Encode(["y"u8.ToArray()]);
        ChunkRef tree = Directory(pages, ("a", good), ("b", gone), ("c", good));
        pages.Pages.Remove(gone.Id);
        List<string> met = [];
        TreeWalker walker = new(pages, "/top"u8, in tree);
        while (true)
        {
            try
            {
                if (!walker.Next())
                {
                    break;
                }

                met.Add(Text(walker.Path));
                if (walker.Node.Type == NodeType.Directory)
                {
                    walker.Enter(walker.Node.Tree);
                }
            }
            catch (KeyNotFoundException)
            {
                met.Add("! " + Text(walker.Path));
            }
        }

        Assert.Equal(["/top/a", "/top/a/x", "/top/b", "! /top/b", "/top/c", "/top/c/x"], met);
    }

    [Fact]
    public void A_page_that_is_not_to_be_taken_is_passed_over_with_all_below_it()
    {
        PageStore pages = new();
        ChunkRef below = pages.Encode(["x"u8.ToArray()]);
        ChunkRef tree = Directory(pages, ("a", below), ("b", below));
        HashSet<ChunkId> seen = [];

        Assert.Equal(["/a", "/a/x", "/b"], Walk(pages, in tree, "", page => seen.Add(page.Id)));
    }

    private static (int Nodes, string Last, long Bytes) Measure(PageStore pages, in ChunkRef tree)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TreeWalker walker = new(pages, default, in tree);
        int nodes = 0;
        string last = "";
        while (walker.Next())
        {
            nodes++;
            if (walker.Node.Type == NodeType.Directory)
            {
                walker.Enter(walker.Node.Tree);
            }
            else
            {
                last = Text(walker.Path);
            }
        }

        return (nodes, last, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A directory in a directory in a directory.</summary>
    private static ChunkRef Chain(PageStore pages, int levels, ChunkRef end)
    {
        ChunkRef tree = end;
        for (int i = 0; i < levels; i++)
        {
            tree = Directory(pages, ("d", tree));
        }

        return tree;
    }

    private static ChunkRef Directory(PageStore pages, params (string Name, ChunkRef Tree)[] entries)
    {
        DirectoryEncoder encoder = new(pages, pages.Put);
        foreach ((string name, ChunkRef tree) in entries)
        {
            encoder.Add(new NodeView { Name = Encoding.ASCII.GetBytes(name), Type = NodeType.Directory, Tree = tree });
        }

        return encoder.Finish();
    }

    /// <summary>A random tree, some of it wide enough for index pages; adds what a walk should meet.</summary>
    private static ChunkRef Grow(PageStore pages, Random random, string path, int depth, List<string> expected)
    {
        DirectoryEncoder encoder = new(pages, pages.Put);
        int count = random.Next(10) == 0 ? 2000 : random.Next(5);
        for (int i = 0; i < count; i++)
        {
            string name = $"{i:D4}";
            expected.Add($"{path}/{name}");
            NodeView node = new() { Name = Encoding.ASCII.GetBytes(name), Type = NodeType.Fifo };
            if (depth > 0 && (count < 10 || random.Next(500) == 0))
            {
                node.Type = NodeType.Directory;
                node.Tree = Grow(pages, random, $"{path}/{name}", depth - 1, expected);
            }

            encoder.Add(in node);
        }

        return encoder.Finish();
    }

    private static List<string> Walk(
        PageStore pages, in ChunkRef tree, string path, Func<ChunkRef, bool>? takes = null)
    {
        List<string> met = [];
        TreeWalker walker = new(pages, Encoding.ASCII.GetBytes(path), in tree, takes);
        while (walker.Next())
        {
            met.Add(Text(walker.Path));
            if (walker.Node.Type == NodeType.Directory)
            {
                walker.Enter(walker.Node.Tree);
            }
        }

        return met;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
