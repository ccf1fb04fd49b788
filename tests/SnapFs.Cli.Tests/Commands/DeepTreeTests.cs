using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>A user may make directories in directories without end; who lists them must not run out of stack.</summary>
public sealed class DeepTreeTests
{
    private const int Levels = 20_000;

    [Fact]
    public async Task Find_diff_and_check_reach_the_end_of_20_000_levels()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        string left = await PutAsync(repository, Levels, "one");
        string right = await PutAsync(repository, Levels, "other");

        string[] found = Lines(await repository.ExpectAsync(ExitCode.Success, "find", "end"));
        Assert.Equal(2, found.Length);
        Assert.All(found, line => Assert.EndsWith("/d/d/end", line, StringComparison.Ordinal));
        Assert.All(found, line => Assert.Equal((Levels * 2) + "/end".Length, line[line.IndexOf('/')..].Length));

        string[] changed = Lines(await repository.ExpectAsync(ExitCode.Failed, "diff", left, right));
        string line = Assert.Single(changed, line => line.Contains('/', StringComparison.Ordinal));
        Assert.StartsWith("M", line, StringComparison.Ordinal);
        Assert.EndsWith("/d/d/end  (+2 B)", line, StringComparison.Ordinal);

        string[] versions = Lines(await repository.ExpectAsync(ExitCode.Success, "find", "--versions", "end"));
        Assert.Equal(2, versions.Count(version => version.StartsWith("  ", StringComparison.Ordinal)));

        await repository.ExpectAsync(ExitCode.Success, "check");
    }

    [Fact]
    public async Task A_tree_that_is_gone_is_listed_as_deep_as_it_was()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        string left = await PutAsync(repository, 4000, "one");
        string right = await PutAsync(repository, 0, "one");

        string[] gone = Lines(await repository.ExpectAsync(ExitCode.Failed, "diff", left, right));
        Assert.Equal(4001, gone.Count(line => line.StartsWith('-')));
    }

    [Fact]
    public async Task A_recursive_list_has_every_level()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        string reference = await PutAsync(repository, 5000, "one");

        string[] listed = Lines(await repository.ExpectAsync(ExitCode.Success, "ls", "-R", reference));

        Assert.Equal(5001, listed.Length);
        for (int level = 0; level < 5000; level++)
        {
            Assert.Equal(1 + (2 * (level + 1)), listed[level].Length); // "/d/d/": two bytes a level and a slash
        }

        Assert.EndsWith("/d/end", listed[5000], StringComparison.Ordinal);
    }

    /// <summary>Puts a snapshot of <c>/d/d/…/end</c>.</summary>
    /// <returns>A reference to it.</returns>
    private static async Task<string> PutAsync(TestRepository repository, int levels, string content)
    {
        using RepositorySecret.Password secret = new("secret");
        await using IStorage storage =
            await StorageRegistry.OpenAsync(StorageAddress.Parse(repository["repo"]), CancellationToken.None);
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);
        WriterOptions options = new(opened.Config.Chunks, 128 * 1024, 256 * 1024, 1);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, opened.Keys, null, CancellationToken.None);
        using WritingRun run = reader.BeginRun(ShortId.Random());
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, run, options, CancellationToken.None);
        DirectoryEncoder encoder = new(new NoNames(), page => writer.Put(ChunkKind.Tree, page));
        byte[] text = System.Text.Encoding.UTF8.GetBytes(content);
        encoder.Add(new NodeView
        {
            Name = "end"u8,
            Type = NodeType.File,
            Size = text.Length,
            ContentForm = ContentForm.Inline,
            Inline = text,
        });
        ChunkRef tree = encoder.Finish();
        for (int i = 0; i < levels; i++)
        {
            encoder.Add(Directory("d"u8, in tree));
            tree = encoder.Finish();
        }

        ByteWriter node = new();
        NodeCodec.Write(node, Directory(default, in tree), new ByteWriter());
        await writer.FlushAsync();
        SnapshotHead head = new()
        {
            Id = default,
            Host = TestCli.HostName,
            Source = "deep",
            Started = new Timestamp(1_763_692_800, 0),
            Ended = new Timestamp(1_763_692_800, 0),
            Agent = "test",
            Root = tree,
            Statistics = new SnapshotStatistics(),
        };
        SnapshotBody body = new() { RootNode = node.ToArray(), Paths = ["/d"u8.ToArray()] };
        ObjectId id = await writer.CommitAsync(heartbeat: 0, head, body, CancellationToken.None);
        return id.ToString()[..16];
    }

    private static NodeView Directory(ReadOnlySpan<byte> name, in ChunkRef tree) =>
        new() { Name = name, Type = NodeType.Directory, LinkCount = 2, Tree = tree };

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed class NoNames : IOwnerNames
    {
        public ReadOnlySpan<byte> UserName(uint id) => default;

        public ReadOnlySpan<byte> GroupName(uint id) => default;
    }
}
