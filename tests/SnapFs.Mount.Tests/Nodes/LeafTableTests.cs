using System.Text;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Stored;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Nodes;

/// <summary>Index pages that say something other than what lies below them.</summary>
public sealed class LeafTableTests : IDisposable
{
    private readonly MemorySnapshotSource _source = new();
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;

    public LeafTableTests()
    {
        _frames = new FrameCache(_source, 1 << 20, prefetchThreads: 0);
        _pages = new TreePageCache(_frames, 1 << 20);
    }

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Sound_index_pages_lead_to_every_entry()
    {
        ChunkRef first = Leaf("a", "b");
        ChunkRef second = Leaf("c");
        LeafTable table = LeafTable.Read(_pages, Index(2, (Index(1, (first, "a", 2), (second, "c", 1)), "a", 3)));

        Assert.Equal(3, table.Total);
        Assert.Equal(["a", "b", "c"], Enumerable.Range(0, 3).Select(ordinal => NameAt(table, ordinal)));
    }

    [Fact]
    public void An_index_page_that_counts_other_than_the_one_below_it_is_refused()
    {
        ChunkRef lower = Index(1, (Leaf("a", "b"), "a", 2));

        Refused("contradict each other", Index(2, (lower, "a", 3)));
        Refused("contradict each other", Index(2, (lower, "a", 1)));
        Refused("contradict each other", Index(3, (lower, "a", 2)));
        Refused("contradict each other", Index(2, (Leaf("a", "b"), "a", 2)));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData((ulong)uint.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    public void A_leaf_of_no_entries_or_too_many_is_refused(ulong entries) =>
        Refused("claim what no directory holds", Index(1, (Leaf("a"), "a", entries)));

    [Fact]
    public void Leaves_that_add_up_to_too_many_entries_are_refused() =>
        Refused("claim what no directory holds", Index(1, (Leaf("a"), "a", 1UL << 31), (Leaf("b"), "b", 1UL << 31)));

    [Fact]
    public void A_leaf_with_fewer_entries_than_its_index_says_is_an_error_of_the_entries_it_lacks()
    {
        LeafTable table = LeafTable.Read(_pages, Index(1, (Leaf("a"), "a", 2), (Leaf("c"), "c", 1)));

        Assert.Equal("a", NameAt(table, 0));
        Assert.Throws<InvalidEncodingException>(() => table.Load(_pages, 1, out _));
        Assert.Equal("c", NameAt(table, 2));
    }

    [Fact]
    public void An_index_page_in_place_of_a_leaf_is_an_error_of_its_entries()
    {
        ChunkRef index = Index(1, (Leaf("a"), "a", 1));
        LeafTable table = LeafTable.Read(_pages, Index(1, (index, "a", 1)));

        Assert.Throws<InvalidEncodingException>(() => table.Load(_pages, 0, out _));
    }

    private void Refused(string message, ChunkRef root) => Assert.Contains(
        message,
        Assert.Throws<InvalidEncodingException>(() => LeafTable.Read(_pages, in root)).Message,
        StringComparison.Ordinal);

    private string NameAt(LeafTable table, long ordinal) =>
        Encoding.ASCII.GetString(table.Load(_pages, ordinal, out int index).NameAt(index));

    private ChunkRef Leaf(params string[] names)
    {
        DirectoryEncoder encoder = new(NoOwners.Instance, page => _source.Put(ChunkKind.Tree, page));
        foreach (string name in names)
        {
            NodeView node = new() { Type = NodeType.Fifo, Name = Encoding.ASCII.GetBytes(name), LinkCount = 1 };
            encoder.Add(in node);
        }

        return encoder.Finish();
    }

    /// <summary>An index page as <c>docs/format.md</c> section 7.1 has it, with whatever counts.</summary>
    private ChunkRef Index(byte level, params (ChunkRef Page, string First, ulong Entries)[] children)
    {
        ByteWriter page = new();
        page.Byte(1);
        page.Byte(level);
        page.LengthPrefixed([]);
        page.Varint(0UL);
        page.Varint(0UL);
        page.Varint((ulong)children.Length);
        foreach ((ChunkRef child, string first, ulong entries) in children)
        {
            page.LengthPrefixed(Encoding.ASCII.GetBytes(first));
            page.Bytes(child.Id.Span);
            page.Varint((ulong)child.Length);
            page.Varint(entries);
        }

        return new ChunkRef(_source.Put(ChunkKind.Tree, page.Written), page.Length);
    }

    private sealed class NoOwners : IOwnerNames
    {
        internal static readonly NoOwners Instance = new();

        public ReadOnlySpan<byte> UserName(uint id) => default;

        public ReadOnlySpan<byte> GroupName(uint id) => default;
    }
}
