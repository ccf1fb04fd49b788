using System.Text;
using SnapFs.Chunks;
using SnapFs.Testing;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class DirectoryTests
{
    [Fact]
    public void Every_name_of_a_directory_is_walked_in_order_and_found() => Seeds.ForEach(20, random =>
    {
        byte[][] names = Names(random, random.Next(4) == 0 ? random.Next(3) : random.Next(3000));
        PageStore pages = new();
        ChunkRef root = pages.Encode(names);

        DirectoryCursor cursor = new(pages, in root);
        Assert.Equal(names.Length, cursor.Total);
        for (int i = 0; i < names.Length; i++)
        {
            Assert.True(cursor.Next());
            Assert.Equal(i, cursor.Ordinal);
            Assert.Equal(names[i], cursor.Node.Name.ToArray());
            Assert.Equal($"u{names[i][0] % 3}", Encoding.UTF8.GetString(cursor.Page.UserName(cursor.Node.UserId)));
            Assert.True(DirectoryCursor.TryFind(pages, in root, names[i], out TreePage page, out int index, out long ordinal));
            Assert.Equal(i, ordinal);
            Assert.Equal(names[i], page.Node(index).Name.ToArray());
        }

        Assert.False(cursor.Next());
        Assert.False(cursor.Next());
        for (int i = 0; i < 200; i++)
        {
            byte[] other = random.RawName();
            bool isThere = Array.BinarySearch(names, other, RawNameOrder.Instance) >= 0;
            Assert.Equal(isThere, DirectoryCursor.TryFind(pages, in root, other, out _, out _, out _));
        }
    });

    [Fact]
    public void A_directory_of_100_000_names_splits_into_pages_within_their_limits()
    {
        byte[][] names = Numbered(100_000);
        PageStore pages = new();
        ChunkRef root = pages.Encode(names);

        Assert.InRange(pages.Pages.Count, 10, 400);
        Assert.All(pages.Pages.Values, page => Assert.InRange(page.Length, 1, TreeLimits.PageSplitMax + 4096));
        Assert.Equal(1, pages.Load(in root).Level);
        foreach (int start in (int[])[0, 1, 49_999, 99_998, 99_999, 100_000, 100_001, int.MaxValue])
        {
            DirectoryCursor cursor = new(pages, in root, start);
            Assert.Equal(start < names.Length, cursor.Next());
            if (start < names.Length)
            {
                Assert.Equal(start, cursor.Ordinal);
                Assert.Equal(names[start], cursor.Node.Name.ToArray());
            }
        }

        Assert.False(DirectoryCursor.TryFind(pages, in root, "a"u8, out _, out _, out _));
        Assert.False(DirectoryCursor.TryFind(pages, in root, "zzz"u8, out _, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirectoryCursor(pages, in root, -1));
    }

    [Fact]
    public void A_cursor_can_start_at_every_name() => Seeds.ForEach(2, random =>
    {
        byte[][] names = Names(random, 5000);
        PageStore pages = new();
        ChunkRef root = pages.Encode(names);
        for (int start = 0; start < names.Length; start += 7)
        {
            DirectoryCursor cursor = new(pages, in root, start);
            for (int i = start; i < Math.Min(start + 3, names.Length); i++)
            {
                Assert.True(cursor.Next());
                Assert.Equal((long)i, cursor.Ordinal);
                Assert.Equal(names[i], cursor.Node.Name.ToArray());
            }
        }
    });

    [Fact]
    public void One_changed_added_or_removed_name_rewrites_a_leaf_or_two_and_the_path_above() => Seeds.ForEach(10, random =>
    {
        byte[][] names = Numbered(20_000);
        PageStore pages = new();
        ChunkRef before = pages.Encode(names);
        int at = random.Next(names.Length);

        pages.ForgetCount();
        ChunkRef changed = pages.Encode(names, name => ReferenceEquals(name, names[at]) ? 0x1C0u : 0x1A4u);
        Assert.NotEqual(before, changed);
        Assert.InRange(pages.New, 2, 3);

        pages.ForgetCount();
        pages.Encode(names.Where((_, i) => i != at));
        Assert.InRange(pages.New, 2, 4);

        pages.ForgetCount();
        byte[] added = [.. names[at], (byte)'b'];
        pages.Encode([.. names[..(at + 1)], added, .. names[(at + 1)..]]);
        Assert.InRange(pages.New, 2, 4);

        pages.ForgetCount();
        Assert.Equal(before, pages.Encode(names));
        Assert.Equal(0, pages.New);
    });

    [Fact]
    public void Nodes_copied_from_an_earlier_tree_give_the_same_pages() => Seeds.ForEach(20, random =>
    {
        byte[][] names = Names(random, 500);
        PageStore pages = new();
        DirectoryEncoder encoder = new(pages, pages.Put);
        foreach (byte[] name in names)
        {
            NodeView node = random.Node(name);
            encoder.Add(in node);
        }

        ChunkRef root = encoder.Finish();
        DirectoryCursor cursor = new(pages, in root);
        while (cursor.Next())
        {
            NodeView node = cursor.Node;
            encoder.AddUnchanged(in node);
        }

        Assert.Equal(names.Length, encoder.Count);
        Assert.Equal(root, encoder.Finish());
        Assert.Equal(0, encoder.Count);
    });

    [Fact]
    public void Names_out_of_order_are_refused_by_the_writer()
    {
        PageStore pages = new();
        Assert.Throws<ArgumentException>(() => pages.Encode(["b"u8.ToArray(), "a"u8.ToArray()]));
        Assert.Throws<ArgumentException>(() => pages.Encode(["a"u8.ToArray(), "a"u8.ToArray()]));
    }

    [Fact]
    public void An_index_page_that_lies_about_a_child_is_refused_when_the_child_is_loaded()
    {
        PageStore pages = new();
        ChunkRef leaf = pages.Encode(["m"u8.ToArray(), "n"u8.ToArray()]);

        Assert.Equal(2, Walk(pages, Index(pages, ("m"u8.ToArray(), leaf, 2))));
        Assert.Throws<InvalidEncodingException>(() => Walk(pages, Index(pages, ("m"u8.ToArray(), leaf, 3))));
        Assert.Throws<InvalidEncodingException>(() => Walk(pages, Index(pages, ("a"u8.ToArray(), leaf, 2))));
        Assert.Throws<InvalidEncodingException>(() => Walk(pages, Index(pages)));
        ChunkRef index = Index(pages, ("m"u8.ToArray(), leaf, 2));
        Assert.Throws<InvalidEncodingException>(() => Walk(pages, Index(pages, ("m"u8.ToArray(), index, 2))));
        Assert.Throws<InvalidEncodingException>(() => Find(pages, Index(pages, ("m"u8.ToArray(), leaf, long.MaxValue))));
        Assert.Throws<InvalidEncodingException>(() => Find(pages, Index(pages)));
    }

    /// <summary>An index page of level 1 over the given children, true or not.</summary>
    private static ChunkRef Index(PageStore pages, params (byte[] Name, ChunkRef Page, long Entries)[] children)
    {
        SnapFs.Binary.ByteWriter writer = new();
        writer.Bytes([1, 1, 0, 0, 0, (byte)children.Length]);
        foreach ((byte[] name, ChunkRef page, long entries) in children)
        {
            writer.LengthPrefixed(name);
            writer.Bytes(page.Id.Span);
            writer.Varint(page.Length);
            writer.Varint(entries);
        }

        return new ChunkRef(pages.Put(writer.Written), writer.Length);
    }

    private static int Walk(PageStore pages, ChunkRef root)
    {
        DirectoryCursor cursor = new(pages, in root);
        int count = 0;
        while (cursor.Next())
        {
            count++;
        }

        return count;
    }

    private static bool Find(PageStore pages, ChunkRef root) =>
        DirectoryCursor.TryFind(pages, in root, "n"u8, out _, out _, out _);

    private static byte[][] Names(Random random, int count)
    {
        SortedSet<byte[]> names = new(RawNameOrder.Instance);
        while (names.Count < count)
        {
            names.Add(random.RawName());
        }

        return [.. names];
    }

    private static byte[][] Numbered(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes($"name-{i:D7}"))];
}
