using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Support;

/// <summary>Short ways to back up and to look at what was recorded.</summary>
internal static class Backup
{
    public static BackupResult Run(MemorySink sink, BackupOptions options, GearChunker? chunker = null) =>
        new BackupRun(options, sink, chunker ?? Chunkers.Default).Run(CancellationToken.None);

    public static BackupResult Run(MemorySink sink, params string[] paths) => Run(sink, Of(paths));

    public static BackupOptions Of(params string[] paths) => new()
    {
        Sources = [.. paths.Select(path => BackupSource.FromText(path))],
        Threads = 3,
    };

    /// <summary>The same options with the result of an earlier run to compare with.</summary>
    public static BackupOptions After(this BackupOptions options, MemorySink sink, BackupResult previous) =>
        options with { Previous = new PreviousTree(sink, previous.Root, IsListed: true) };

    /// <summary>The encoded node at an absolute path; null if there is none.</summary>
    public static byte[]? Find(MemorySink sink, BackupResult result, string path)
    {
        byte[] node = result.RootNode.ToArray();
        foreach (byte[] name in RawPath.Components(RawPath.FromText(path)))
        {
            NodeView directory = NodeCodec.Read(node);
            if (directory.Type != NodeType.Directory
                || !DirectoryCursor.TryFind(sink, directory.Tree, name, out TreePage page, out int index, out _))
            {
                return null;
            }

            node = page.Node(index).Raw.ToArray();
        }

        return node;
    }

    /// <summary>The node at an absolute path.</summary>
    public static NodeView Node(MemorySink sink, BackupResult result, string path)
    {
        byte[]? raw = Find(sink, result, path);
        Assert.True(raw is not null, $"{path} was not recorded");
        return NodeCodec.Read(raw);
    }

    /// <summary>The paths below a recorded directory, sorted by their names.</summary>
    public static List<string> Paths(MemorySink sink, BackupResult result, string below)
    {
        List<string> paths = [];
        NodeView top = Node(sink, result, below);
        Add(sink, top.Tree, "", paths);
        return paths;
    }

    /// <summary>The whole content of a file, holes filled with zeros.</summary>
    public static byte[] Content(MemorySink sink, in NodeView node)
    {
        using MemoryStream data = new();
        if (node.ContentForm == ContentForm.Inline)
        {
            data.Write(node.Inline);
        }
        else if (node.ContentForm == ContentForm.Chunks)
        {
            AddChunks(sink, node.ChunkList, data);
        }

        if (node.Extents.IsEmpty)
        {
            return data.ToArray();
        }

        byte[] content = new byte[node.Size];
        ReadOnlySpan<byte> rest = data.ToArray();
        ExtentReader extents = new(node.Extents, node.Size);
        while (extents.Next())
        {
            rest[..(int)extents.Current.Length].CopyTo(content.AsSpan((int)extents.Current.Offset));
            rest = rest[(int)extents.Current.Length..];
        }

        Assert.True(rest.IsEmpty);
        return content;
    }

    private static void Add(MemorySink sink, in ChunkRef tree, string prefix, List<string> paths)
    {
        DirectoryCursor cursor = new(sink, in tree);
        while (cursor.Next())
        {
            NodeView node = cursor.Node;
            string path = prefix + RawPath.ToText(node.Name);
            paths.Add(path);
            if (node.Type == NodeType.Directory)
            {
                Add(sink, node.Tree, path + "/", paths);
            }
        }
    }

    private static void AddChunks(MemorySink sink, ReadOnlySpan<byte> list, MemoryStream data)
    {
        ChunkListReader chunks = new(list);
        while (chunks.Next())
        {
            if (chunks.Level > 0)
            {
                AddChunks(sink, sink.Get(ChunkKind.Tree, chunks.Current.Id), data);
            }
            else
            {
                byte[] chunk = sink.Get(ChunkKind.Data, chunks.Current.Id);
                Assert.Equal(chunks.Current.Length, chunk.Length);
                data.Write(chunk);
            }
        }
    }
}
