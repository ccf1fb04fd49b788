using SnapFs.Chunks;
using SnapFs.Owners;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Support;

/// <summary>Compares recorded nodes with what the file system says.</summary>
internal static class RecordedTree
{
    /// <summary>Files larger than this are compared by their fields and holes only.</summary>
    private const long ContentLimit = 64 << 20;

    public delegate void Visitor(string path, TreePage page, int index);

    public static void ForEach(MemorySink sink, in NodeView directory, Visitor visit) =>
        Walk(sink, directory.Tree, "", visit);

    public static void AssertEqual(MemorySink sink, TreeRecord record, in NodeView node, TreePage page)
    {
        string path = record.Path;
        Assert.Equal((path, Kind(node.Type)), (path, record.Kind));
        Assert.Equal((path, node.Mode), (path, record.Mode));
        Assert.Equal((path, node.UserId, node.GroupId), (path, record.UserId, record.GroupId));
        Assert.Equal((path, new FileTime(node.Modified.Seconds, node.Modified.Nanoseconds)), (path, record.ModifyTime));
        Assert.Equal((path, new FileTime(node.Changed.Seconds, node.Changed.Nanoseconds)), (path, record.ChangeTime));
        if (node.HasBirth)
        {
            Assert.Equal((path, new FileTime(node.Birth.Seconds, node.Birth.Nanoseconds)), (path, record.BirthTime));
        }

        if (node.Type != NodeType.Directory)
        {
            Assert.Equal((path, node.Size), (path, record.Length));
            Assert.Equal((path, node.LinkCount), (path, record.LinkCount));
        }

        string device = node.Type is NodeType.CharacterDevice or NodeType.BlockDevice
            ? $"{node.DeviceNumber >> 32}:{node.DeviceNumber & uint.MaxValue}"
            : "";
        Assert.Equal((path, device), (path, record.Device));
        string target = node.Type == NodeType.Symlink ? RawName.Escape(node.Target) : "";
        Assert.Equal((path, target), (path, record.Target));
        AssertXattrs(sink, record, in node);
        if (node.Type == NodeType.File)
        {
            AssertContent(sink, record, in node);
        }

        if (node.UserId == 0)
        {
            Assert.Equal("root"u8, page.UserName(0));
        }
    }

    private static void Walk(MemorySink sink, in ChunkRef tree, string prefix, Visitor visit)
    {
        DirectoryCursor cursor = new(sink, in tree);
        while (cursor.Next())
        {
            string path = prefix + RawName.Escape(cursor.Node.Name);
            visit(path, cursor.Page, cursor.Index);
            if (cursor.Node.Type == NodeType.Directory)
            {
                Walk(sink, cursor.Node.Tree, path + "/", visit);
            }
        }
    }

    private static void AssertXattrs(MemorySink sink, TreeRecord record, in NodeView node)
    {
        Dictionary<string, string> found = [];
        XattrReader reader = new(node.Xattrs);
        while (reader.Next())
        {
            ReadOnlySpan<byte> value = reader.IsExternal
                ? sink.Get(ChunkKind.Data, reader.External.Id)
                : reader.Value;
            int room = PosixAcl.IsList(reader.Name) ? TreeLimits.MaxInlineAccessList : TreeLimits.MaxInlineXattr;
            Assert.Equal(value.Length > room, reader.IsExternal);
            found.Add(RawName.Escape(reader.Name), Convert.ToHexStringLower(value));
        }

        Assert.Equal(
            record.Xattrs.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            found.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static void AssertContent(MemorySink sink, TreeRecord record, in NodeView node)
    {
        if (node.Size > ContentLimit)
        {
            Assert.False(node.Extents.IsEmpty, $"{record.Path} has no holes");
            return;
        }

        byte[] content = Backup.Content(sink, in node);
        Assert.Equal(node.Size, content.Length);
        Assert.Equal((record.Path, record.ContentHash), (record.Path, TreeRecord.HashOf(content)));
    }

    private static EntryKind Kind(NodeType type) => type switch
    {
        NodeType.File => EntryKind.Regular,
        NodeType.Directory => EntryKind.Directory,
        NodeType.Symlink => EntryKind.Symlink,
        NodeType.CharacterDevice => EntryKind.CharacterDevice,
        NodeType.BlockDevice => EntryKind.BlockDevice,
        NodeType.Fifo => EntryKind.Fifo,
        NodeType.Socket => EntryKind.Socket,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
