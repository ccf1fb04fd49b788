using System.Text;
using SnapFs.Binary;
using SnapFs.Core.Tests.Trees;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Fuzzing;

/// <summary>Tree pages and nodes come out of chunks that are checked, but whoever may write to a domain makes them.</summary>
public sealed class TreeFuzzTests
{
    [Fact]
    public void Damaged_nodes_are_refused_or_parse_within_their_bounds()
    {
        Random random = new(1);
        List<byte[]> samples = [];
        for (int i = 0; i < 64; i++)
        {
            NodeView node = random.Node(random.RawName());
            ByteWriter writer = new();
            NodeCodec.Write(writer, in node, new ByteWriter());
            samples.Add(writer.ToArray());
        }

        FuzzResult result = Fuzzer.Run(samples, input => Touch(NodeCodec.Read(input)));

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Damaged_tree_pages_are_refused_or_parse_within_their_bounds()
    {
        FuzzResult result = Fuzzer.Run(Pages(), Touch);

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void A_tree_page_with_any_byte_flipped_or_cut_anywhere_is_refused_or_parses_within_its_bounds()
    {
        int refused = 0;
        foreach (byte[] page in Pages().Where(page => page.Length < 2000))
        {
            for (int i = 0; i < page.Length; i++)
            {
                byte[] flipped = [.. page];
                flipped[i] ^= 0xFF;
                refused += TryTouch(flipped) ? 0 : 1;
                Assert.Throws<InvalidEncodingException>(() => Touch(page[..i]));
            }
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public void Damaged_lists_of_chunks_extents_and_attributes_are_refused_or_parse_within_their_bounds()
    {
        Random random = new(3);
        List<byte[]> samples = [];
        while (samples.Count < 64)
        {
            NodeView node = random.Node("a"u8.ToArray());
            if (node.Xattrs.Length > 0 && node.ChunkList.Length > 0 && node.Extents.Length > 0)
            {
                ByteWriter writer = new();
                writer.LengthPrefixed(node.ChunkList);
                writer.LengthPrefixed(node.Extents);
                writer.LengthPrefixed(node.Xattrs);
                samples.Add(writer.ToArray());
            }
        }

        FuzzResult result = Fuzzer.Run(samples, input =>
        {
            ByteReader reader = new(input);
            TouchChunks(reader.LengthPrefixed(int.MaxValue));
            TouchExtents(reader.LengthPrefixed(int.MaxValue), long.MaxValue);
            TouchXattrs(reader.LengthPrefixed(int.MaxValue));
        });

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    private static bool TryTouch(byte[] page)
    {
        try
        {
            Touch(page);
            return true;
        }
        catch (Exception e) when (e is InvalidEncodingException or NewerFormatException)
        {
            return false;
        }
    }

    /// <summary>Uses everything that a page offers.</summary>
    private static void Touch(byte[] input)
    {
        TreePage page = TreePage.Parse(input);
        for (int i = 0; i < page.Count; i++)
        {
            if (page.Level > 0)
            {
                page.Child(i, out _);
            }
            else
            {
                NodeView node = page.Node(i);
                Touch(node);
                page.UserName(node.UserId);
                page.GroupName(node.GroupId);
            }

            Assert.Equal(i, page.Floor(page.NameAt(i)));
        }
    }

    private static void Touch(NodeView node)
    {
        Assert.InRange(node.Name.Length, 0, TreeLimits.MaxName);
        Assert.InRange(node.Mode, 0u, 0xFFFu);
        Assert.InRange(node.Modified.Nanoseconds, 0u, 999_999_999u);
        Assert.True(node.Size >= 0 && node.SubtreeEntries >= 0 && node.SubtreeBytes >= 0);
        TouchExtents(node.Extents, node.Size);
        TouchXattrs(node.Xattrs);
        if (node.ContentForm == ContentForm.Chunks)
        {
            TouchChunks(node.ChunkList);
        }
    }

    private static void TouchChunks(ReadOnlySpan<byte> list)
    {
        ChunkListReader chunks = new(list);
        while (chunks.Next())
        {
            Assert.True(chunks.Current.Length > 0);
        }
    }

    private static void TouchExtents(ReadOnlySpan<byte> list, long size)
    {
        ExtentReader extents = new(list, size);
        long end = 0;
        while (extents.Next())
        {
            Assert.True(extents.Current.Offset >= end && extents.Current.End <= size);
            end = extents.Current.End;
        }
    }

    private static void TouchXattrs(ReadOnlySpan<byte> list)
    {
        XattrReader xattrs = new(list);
        while (xattrs.Next())
        {
            Assert.InRange(xattrs.ValueLength, 0, TreeLimits.MaxXattrValue);
        }
    }

    private static List<byte[]> Pages()
    {
        Random random = new(2);
        PageStore pages = new();
        for (int i = 0; i < 24; i++)
        {
            SortedSet<byte[]> names = new(RawNameOrder.Instance);
            for (int left = random.Next(20); left > 0; left--)
            {
                names.Add(random.RawName());
            }

            DirectoryEncoder encoder = new(pages, pages.Put);
            foreach (byte[] name in names)
            {
                NodeView node = random.Node(name);
                encoder.Add(in node);
            }

            encoder.Finish();
        }

        // A directory large enough for an index page above small leaves.
        pages.Encode(Enumerable.Range(0, 3000).Select(i => Encoding.UTF8.GetBytes($"name-{i:D7}")));
        return [.. pages.Pages.Values.Where(page => page.Length < 20_000)];
    }
}
