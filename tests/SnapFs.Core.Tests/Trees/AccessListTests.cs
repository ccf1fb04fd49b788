using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

public sealed class AccessListTests
{
    [Theory]
    [InlineData("system.posix_acl_access")]
    [InlineData("system.posix_acl_default")]
    public void A_page_holds_the_names_of_users_that_only_an_access_list_names(string attribute)
    {
        byte[] list =
        [
            2, 0, 0, 0,
            0x01, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
            0x02, 0, 4, 0, 77, 0, 0, 0,
            0x04, 0, 4, 0, 0xff, 0xff, 0xff, 0xff,
            0x08, 0, 4, 0, 79, 0, 0, 0,
            0x10, 0, 4, 0, 0xff, 0xff, 0xff, 0xff,
            0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
        ];
        TreePage page = PageOf(System.Text.Encoding.ASCII.GetBytes(attribute), list);

        Assert.Equal("u77"u8.ToArray(), page.UserName(77).ToArray());
        Assert.Equal("g"u8.ToArray(), page.GroupName(79).ToArray());
        Assert.True(page.UserName(79).IsEmpty);
        Assert.True(page.UserName(uint.MaxValue).IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    public void A_list_that_is_cut_off_names_nobody(int length)
    {
        byte[] whole = [2, 0, 0, 0, 0x02, 0, 4, 0, 77, 0, 0, 0];

        Assert.True(PageOf("system.posix_acl_access"u8, whole.AsSpan(0, length)).UserName(77).IsEmpty);
    }

    private static TreePage PageOf(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        ByteWriter xattrs = new(256);
        XattrReader.Write(xattrs, attribute, value);
        NodeView node = new()
        {
            Name = "file"u8,
            Type = NodeType.File,
            Mode = 0x1A4,
            LinkCount = 1,
            ContentForm = ContentForm.Inline,
            Xattrs = xattrs.Written,
        };
        PageStore pages = new();
        DirectoryEncoder encoder = new(pages, pages.Put);
        encoder.Add(in node);
        ChunkRef root = encoder.Finish();
        return pages.Load(in root);
    }
}
