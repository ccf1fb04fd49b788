using SnapFs.Files.Backups;
using SnapFs.Testing.Fuse;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Support;

/// <summary>A <see cref="FuseTree"/> for one test; the test is skipped where nobody may mount one.</summary>
internal static class HostileTree
{
    public static FuseTree Mount(string path, FuseNode root, string type = "snapfs-test")
    {
        try
        {
            return FuseTree.Mount(path, root, type);
        }
        catch (FuseUnavailableException e)
        {
            throw new SkipException(e.Message);
        }
    }

    public static byte[] Name(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// Reads all that was recorded below a directory and compares it with what the file system served. What differs or is missing
    /// must be reported.
    /// </summary>
    public static void AssertReadsBack(MemorySink sink, BackupResult result, string mount, FuseNode root)
    {
        HashSet<string> reported = [.. result.Omissions.Select(omission => Key(omission.Path.Span))];
        NodeView top = Backup.Node(sink, result, mount);
        Stack<(byte[] Path, SnapFs.Chunks.ChunkRef Tree, FuseNode Served)> directories = new();
        directories.Push((Name(mount), top.Tree, root));
        while (directories.TryPop(out (byte[] Path, SnapFs.Chunks.ChunkRef Tree, FuseNode Served) directory))
        {
            Dictionary<string, FuseNode> served = [];
            foreach ((byte[] name, FuseNode node) in directory.Served.Entries)
            {
                served.TryAdd(Key(name), node);
            }

            DirectoryCursor cursor = new(sink, in directory.Tree);
            while (cursor.Next())
            {
                NodeView node = cursor.Node;
                byte[] path = [.. directory.Path, (byte)'/', .. node.Name];
                Assert.True(served.Remove(Key(node.Name), out FuseNode? expected), $"{Key(path)} was never served");
                bool isReported = reported.Contains(Key(path));
                if (node.Type == NodeType.Directory)
                {
                    Assert.True(expected.IsDirectory || isReported);
                    directories.Push((path, node.Tree, expected));
                }
                else if (!isReported)
                {
                    AssertSame(sink, Key(path), in node, expected);
                }
            }

            bool isDirectoryReported = reported.Contains(Key(directory.Path));
            Assert.All(served.Keys, name => Assert.True(
                isDirectoryReported || reported.Contains(Key(directory.Path) + "2F" + name),
                $"{name} is missing in {Key(directory.Path)} and nothing says so"));
        }
    }

    private static void AssertSame(MemorySink sink, string path, in NodeView node, FuseNode served)
    {
        Assert.Equal((path, served.IsFile, served.IsSymlink), (path, node.Type == NodeType.File, node.Type == NodeType.Symlink));
        if (node.Type == NodeType.Symlink)
        {
            Assert.Equal(served.Target, node.Target.ToArray());
        }

        if (node.Type == NodeType.File && node.Size < 1 << 24)
        {
            byte[] content = Backup.Content(sink, in node);
            Assert.Equal((path, node.Size), (path, content.Length));
            Assert.Equal(served.Read(0, content.Length), content);
        }

        Dictionary<string, byte[]> xattrs = [];
        XattrReader reader = new(node.Xattrs);
        byte[] last = [];
        while (reader.Next())
        {
            Assert.True(last.AsSpan().SequenceCompareTo(reader.Name) < 0, "attributes are not in order");
            last = reader.Name.ToArray();
            xattrs.Add(
                Key(reader.Name),
                reader.IsExternal ? sink.Get(SnapFs.Chunks.ChunkKind.Data, reader.External.Id) : reader.Value.ToArray());
        }

        Assert.Equal(served.Xattrs.Count, xattrs.Count);
        Assert.All(served.Xattrs, xattr => Assert.Equal(xattr.Value, xattrs[Key(xattr.Name)]));
    }

    private static string Key(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
