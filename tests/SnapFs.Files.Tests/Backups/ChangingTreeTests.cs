using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>A tree that changes under the walk gives problems, not wrong data, and never leads outside.</summary>
public sealed class ChangingTreeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_changes_once_while_it_is_read_is_read_again()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/f", new byte[3000]);
        int puts = 0;
        _sink.OnPut = (kind, _) =>
        {
            if (kind == ChunkKind.Data && puts++ == 0)
            {
                File.WriteAllBytes(tree + "/f", [.. Enumerable.Repeat((byte)7, 4000)]);
            }
        };

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Threads = 1 });

        Assert.Equal([], result.Problems);
        NodeView node = Backup.Node(_sink, result, tree + "/f");
        Assert.Equal(Enumerable.Repeat((byte)7, 4000), Backup.Content(_sink, in node));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_file_that_keeps_changing_is_recorded_with_a_problem(int step)
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/f", new byte[2_000_000]);
        long length = 2_000_000;
        _sink.OnPut = (kind, _) =>
        {
            if (kind == ChunkKind.Data)
            {
                length += step * 3000;
                using FileStream file = new(tree + "/f", FileMode.Open);
                file.SetLength(length);
                file.WriteByte((byte)(length & 0xFF));
            }
        };

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Threads = 1 }, Chunkers.Small);

        Assert.Contains("/f: changed while it was read", Assert.Single(result.Problems).Text, StringComparison.Ordinal);
        Assert.True(result.IsPartial);
        NodeView node = Backup.Node(_sink, result, tree + "/f");
        Assert.Equal(node.Size, Backup.Content(_sink, in node).Length);
        Assert.False(node.Extensions.IsEmpty, "the next backup would trust what was read");
    }

    [Fact]
    public void What_vanishes_is_counted_and_the_rest_is_backed_up()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/a", new byte[3000]);
        File.WriteAllText(tree + "/b", "1");
        File.WriteAllText(tree + "/c", "1");
        _sink.OnPut = (kind, _) =>
        {
            if (kind == ChunkKind.Data)
            {
                File.Delete(tree + "/b");
            }
        };

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Threads = 1 });

        Assert.Equal([], result.Problems);
        Assert.Equal(["a", "c"], Backup.Paths(_sink, result, tree));
        Assert.Equal((0, 1, false), (result.Statistics.Problems, result.Vanished, result.IsPartial));
    }

    [Fact]
    public void A_directory_that_becomes_a_symlink_is_reported_and_not_followed()
    {
        string tree = new TestTree { ["a/x/f"] = "1", ["b/secret"] = "2" }.WriteTo(_directory["tree"]);
        string outside = new TestTree { ["secret"] = "outside" }.WriteTo(_directory["outside"]);
        bool isSwapped = false;
        _sink.OnPut = (_, _) =>
        {
            if (!isSwapped)
            {
                isSwapped = true;
                Directory.Move(tree + "/b", tree + "/moved");
                File.CreateSymbolicLink(tree + "/b", outside);
            }
        };

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Threads = 1 });

        Assert.Contains("/b: was replaced", Assert.Single(result.Problems).Text, StringComparison.Ordinal);
        Assert.Equal(["a", "a/x", "a/x/f"], Backup.Paths(_sink, result, tree));
    }

    [Fact]
    public async Task A_tree_under_constant_change_can_always_be_backed_up_and_restored()
    {
        string tree = _directory.Make("tree");
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() => Churn(tree, stop.Token));
        try
        {
            BackupResult? previous = null;
            for (int round = 0; round < 15; round++)
            {
                BackupOptions options = Backup.Of(tree);
                BackupResult result = Backup.Run(
                    _sink, previous is null ? options : options.After(_sink, previous), Chunkers.Small);
                Assert.Equal([], Restore.Run(_sink, result, Restore.Into(_directory[$"out{round}"], result)).Problems);
                previous = result;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }
    }

    [Fact]
    public void A_failing_sink_ends_the_run_with_its_error()
    {
        string tree = new TestTree { ["a"] = "1" }.WriteTo(_directory["tree"]);
        for (int i = 0; i < 200; i++)
        {
            File.WriteAllBytes($"{tree}/{i}", new byte[1000 + i]);
        }

        int left = 50;
        _sink.OnPut = (_, _) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                throw new DamagedException("packs/test", "the storage failed");
            }
        };

        Assert.Throws<DamagedException>(() => Backup.Run(_sink, tree));
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/f", new byte[8 << 20]);
        using CancellationTokenSource stop = new();
        _sink.OnPut = (_, _) => stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => new BackupRun(Backup.Of(tree), _sink, Chunkers.Small).Run(stop.Token));
    }

    [Fact]
    public void A_file_that_is_replaced_by_another_before_it_is_read_is_recorded_as_what_it_is_now()
    {
        string tree = _directory.Make("tree");
        File.WriteAllBytes(tree + "/a", new byte[3000]);
        File.WriteAllText(tree + "/b", "1");
        _sink.OnPut = (kind, _) =>
        {
            if (kind == ChunkKind.Data)
            {
                File.Delete(tree + "/b");
                File.CreateSymbolicLink(tree + "/b", "elsewhere");
            }
        };

        BackupResult result = Backup.Run(_sink, Backup.Of(tree) with { Threads = 1 });

        Assert.Equal([], result.Problems);
        Assert.Equal("elsewhere"u8, Backup.Node(_sink, result, tree + "/b").Target);
    }

    [Fact]
    public void A_file_under_a_lease_is_waited_for()
    {
        string tree = _directory.Make("tree");
        File.WriteAllText(tree + "/leased", "content");
        const string Holder = """
            import fcntl, os, signal, sys, time
            def give(*_):
                time.sleep(0.3)
                fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            signal.signal(signal.SIGIO, give)
            fd = os.open(sys.argv[1], os.O_RDWR)
            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            print("held", flush=True)
            time.sleep(60)
            """;
        System.Diagnostics.ProcessStartInfo start = new("python3", ["-c", Holder, tree + "/leased"])
        {
            RedirectStandardOutput = true,
        };
        using System.Diagnostics.Process holder = System.Diagnostics.Process.Start(start)
            ?? throw new InvalidOperationException("cannot start python3");
        try
        {
            Assert.Equal("held", holder.StandardOutput.ReadLine());

            BackupResult result = Backup.Run(_sink, tree);

            Assert.Equal([], result.Problems);
            NodeView node = Backup.Node(_sink, result, tree + "/leased");
            Assert.Equal("content"u8, Backup.Content(_sink, in node));
        }
        finally
        {
            holder.Kill();
        }
    }

    private static void Churn(string tree, CancellationToken stop)
    {
        Random random = new(3);
        while (!stop.IsCancellationRequested)
        {
            string directory = $"{tree}/{random.Next(4)}";
            Directory.CreateDirectory(directory);
            string file = $"{directory}/{random.Next(10)}";
            switch (random.Next(6))
            {
                case 0:
                    File.Delete(file);
                    break;
                case 1:
                    Directory.Delete(directory, recursive: true);
                    break;
                case 2 when File.Exists(file):
                    File.Move(file, file + "x", overwrite: true);
                    break;
                default:
                    File.WriteAllBytes(file, new byte[random.Next(100_000)]);
                    break;
            }
        }
    }
}
