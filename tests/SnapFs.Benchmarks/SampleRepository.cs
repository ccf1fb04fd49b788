using System.Globalization;
using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Benchmarks;

/// <summary>A repository in memory with one snapshot: a directory <c>/lib</c> of <see cref="SampleFiles"/>.</summary>
internal static class SampleRepository
{
    /// <summary>Bytes of each file.</summary>
    internal const int FileLength = 4 * 1024 * 1024;

    private static readonly Timestamp Started = new(1_763_692_800, 0);

    /// <summary>The folders above <c>/lib</c> in a mount.</summary>
    internal static string[] Place { get; } =
        ["hosts", "host", "lib", Started.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture)];

    /// <summary>Makes it and opens it for reading.</summary>
    internal static async Task<RepositoryReader> CreateAsync()
    {
        MemoryStorage storage = new();
        using RepositorySecret.Password password = new("benchmark");
        InitOptions options = new() { Password = password, Argon2 = Argon2Parameters.Minimum };
        OpenedRepository opened = await RepositoryInit.CreateAsync(storage, options, CancellationToken.None);
        await WriteAsync(storage, opened);
        return await RepositoryReader.OpenAsync(storage, opened.Keys, null, CancellationToken.None);
    }

    private static async Task WriteAsync(MemoryStorage storage, OpenedRepository opened)
    {
        WriterOptions options = new(opened.Config.Chunks, 128 * 1024, 256 * 1024, 1);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, opened.Keys, null, CancellationToken.None);
        using WritingRun run = reader.BeginRun(ShortId.Random());
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, run, options, CancellationToken.None);
        byte[] content = new byte[FileLength];
        new Random(1).NextBytes(content);
        ChunkRef chunk = new(writer.Put(ChunkKind.Data, content), content.Length);
        DirectoryEncoder encoder = new(new PageMemory(), page => writer.Put(ChunkKind.Tree, page));
        ChunkRef lib = SampleFiles.Encode(encoder, in chunk);
        encoder.Add(Directory("lib"u8, in lib));
        ChunkRef root = encoder.Finish();
        await writer.FlushAsync();
        await CommitAsync(writer, root, "lib", Started);
    }

    /// <summary>Puts a snapshot of <c>/</c>; its chunks are flushed.</summary>
    internal static Task<ObjectId> CommitAsync(RepositoryWriter writer, ChunkRef root, string source, Timestamp started)
    {
        ByteWriter node = new();
        NodeCodec.Write(node, Directory(default, in root), new ByteWriter());
        SnapshotHead head = new()
        {
            Id = default,
            Host = "host",
            Source = source,
            Started = started,
            Ended = started,
            Agent = "snapfs benchmark",
            Root = root,
            Statistics = new SnapshotStatistics(),
        };
        SnapshotBody body = new() { RootNode = node.ToArray(), Paths = [Encoding.UTF8.GetBytes("/" + source)] };
        return writer.CommitAsync(heartbeat: 0, head, body, CancellationToken.None);
    }

    private static NodeView Directory(ReadOnlySpan<byte> name, in ChunkRef tree) => new()
    {
        Name = name,
        Type = NodeType.Directory,
        Mode = 0x1ED,
        LinkCount = 2,
        Tree = tree,
    };
}
