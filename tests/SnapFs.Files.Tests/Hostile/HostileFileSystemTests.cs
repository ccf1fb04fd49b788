using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Snapshots;
using SnapFs.Testing;
using SnapFs.Testing.Fuse;
using SnapFs.Testing.Trees;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Hostile;

/// <summary>One odd file costs that file, whatever a file system says of it.</summary>
public sealed class HostileFileSystemTests : IDisposable
{
    private const int InputOutputError = 5;
    private const int NoAccess = 13;
    private const int NotFound = 2;

    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [InlineData(256)]
    [InlineData(258)]
    [InlineData(1024)]
    public void A_name_that_is_too_long_costs_that_entry_only(int length)
    {
        byte[] name = [.. Enumerable.Repeat((byte)'n', length)];
        FuseNode root = FuseNode.Directory(
            (HostileTree.Name("a"), FuseNode.File("1"u8.ToArray())),
            (name, FuseNode.File("2"u8.ToArray())),
            ([.. name[1..], (byte)'z'], FuseNode.Directory()),
            (HostileTree.Name("z"), FuseNode.File("3"u8.ToArray())));

        BackupResult result = Run(root);

        Assert.Equal(["a", "z"], Backup.Paths(_sink, result, Mounted));
        Assert.All(result.Problems, problem => Assert.Equal(OmissionKind.Indescribable, problem.Kind));
        Assert.Contains($"its name has {length} bytes", result.Problems[0].Text, StringComparison.Ordinal);
        Assert.Equal(2, result.Statistics.Problems);
    }

    [SkippableFact]
    public void Sizes_blocks_and_times_beyond_all_numbers_are_recorded_as_far_as_they_go()
    {
        FuseNode root = FuseNode.Directory();
        for (int i = 0; i < 4; i++)
        {
            FuseNode huge = FuseNode.File("content"u8.ToArray());
            huge.Size = long.MaxValue;
            huge.Blocks = i % 2 == 0 ? ulong.MaxValue : 1;
            huge.Nanoseconds = uint.MaxValue;
            huge.Time = i < 2 ? ulong.MaxValue : long.MaxValue;
            root.Entries.Add((HostileTree.Name($"huge{i}"), huge));
        }

        root.Entries.Add((HostileTree.Name("plain"), FuseNode.File("1"u8.ToArray())));

        BackupResult result = Run(root);

        Assert.Equal([], result.Problems);
        HostileTree.AssertReadsBack(_sink, result, Mounted, root);
    }

    [SkippableFact]
    public void Sums_of_sizes_stay_at_the_greatest_number()
    {
        string tree = _directory.Make("tree");
        using TemporaryMount mount = TemporaryMount.Tmpfs(tree);
        for (int i = 0; i < 3; i++)
        {
            Shell.Run("truncate", "-s", "9223372036854775807", $"{tree}/{i}");
        }

        BackupOptions options = Backup.Of(tree);
        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();
        BackupResult first = Backup.Run(_sink, options);
        BackupResult second = Backup.Run(_sink, options.After(_sink, first));

        Assert.Equal([], first.Problems);
        Assert.Equal([], second.Problems);
        Assert.Equal(long.MaxValue, scan.Bytes);
        Assert.Equal((long.MaxValue, long.MaxValue), (first.Statistics.Bytes, second.Statistics.Bytes));
        Assert.Equal(long.MaxValue, Backup.Node(_sink, first, tree).SubtreeBytes);
    }

    [SkippableFact]
    public void Attributes_of_any_number_and_size_are_recorded()
    {
        FuseNode file = FuseNode.File("content"u8.ToArray());
        FuseNode other = FuseNode.File("other"u8.ToArray());
        for (int i = 0; i < 3000; i++)
        {
            file.Xattrs.Add((HostileTree.Name($"user.{3000 - i:D5}"), [.. Enumerable.Repeat((byte)(i & 0xFF), 512)]));
        }

        for (int i = 0; i < 40; i++)
        {
            other.Xattrs.Add((HostileTree.Name($"user.{i}"), [.. Enumerable.Repeat((byte)i, i == 7 ? 0 : 65_536 - i)]));
        }

        FuseNode root = FuseNode.Directory((HostileTree.Name("file"), file), (HostileTree.Name("other"), other));

        BackupResult result = Run(root);

        Assert.Equal([], result.Problems);
        HostileTree.AssertReadsBack(_sink, result, Mounted, root);
        Assert.InRange(Backup.Find(_sink, result, Mounted + "/file")?.Length ?? 0, 1, TreeLimits.MaxPage / 4);
    }

    [SkippableTheory]
    [InlineData(FuseCall.ListXattr)]
    [InlineData(FuseCall.GetXattr)]
    public void Content_is_kept_when_attributes_cannot_be_read(FuseCall failing)
    {
        FuseNode file = FuseNode.File("content"u8.ToArray());
        file.Xattrs.Add((HostileTree.Name("user.bad"), [1]));
        file.Xattrs.Add((HostileTree.Name("user.good"), [2]));
        int asked = 0;
        file.OnCall = call => call == failing && asked++ == 0 ? InputOutputError : 0;
        FuseNode link = FuseNode.Symlink("target"u8.ToArray());
        link.OnCall = call => call == FuseCall.ListXattr ? NoAccess : 0;

        BackupResult result = Run(FuseNode.Directory((HostileTree.Name("file"), file), (HostileTree.Name("link"), link)));

        NodeView node = Backup.Node(_sink, result, Mounted + "/file");
        Assert.Equal("content"u8, Backup.Content(_sink, in node));
        Assert.Equal(failing == FuseCall.GetXattr, Count(node.Xattrs) == 1);
        Assert.Equal("target"u8, Backup.Node(_sink, result, Mounted + "/link").Target);
        Assert.Equal(
            [(OmissionKind.UnreadableAttributes, InputOutputError), (OmissionKind.UnreadableAttributes, NoAccess)],
            result.Problems.Select(problem => (problem.Kind, problem.Errno)));
    }

    [SkippableFact]
    public void What_could_not_be_read_is_read_again_by_the_next_backup_although_nothing_changed()
    {
        FuseNode file = FuseNode.File("content"u8.ToArray());
        FuseNode directory = FuseNode.Directory((HostileTree.Name("f"), FuseNode.File("2"u8.ToArray())));
        FuseNode closed = FuseNode.Directory((HostileTree.Name("g"), FuseNode.File("3"u8.ToArray())));
        bool isBroken = true;
        foreach (FuseNode node in new[] { file, directory, closed })
        {
            node.Xattrs.Add((HostileTree.Name("user.one"), [1]));
            FuseCall failing = ReferenceEquals(node, closed) ? FuseCall.OpenDirectory : FuseCall.GetXattr;
            node.OnCall = call => isBroken && call == failing ? InputOutputError : 0;
        }

        FuseNode root = FuseNode.Directory(
            (HostileTree.Name("file"), file), (HostileTree.Name("directory"), directory), (HostileTree.Name("closed"), closed));
        using FuseTree tree = HostileTree.Mount(_directory.Make("mounted"), root);
        BackupOptions options = Backup.Of(Mounted) with { Threads = 1 };

        BackupResult broken = Backup.Run(_sink, options);
        isBroken = false;
        BackupResult whole = Backup.Run(_sink, options.After(_sink, broken));

        Assert.Equal(3, broken.Problems.Count);
        Assert.Equal([], whole.Problems);
        HostileTree.AssertReadsBack(_sink, whole, Mounted, root);
        Assert.All(
            ["/file", "/directory", "/closed"],
            name => Assert.Equal(1, Count(Backup.Node(_sink, whole, Mounted + name).Xattrs)));
    }

    [SkippableFact]
    public void A_list_of_attributes_that_the_kernel_refuses_costs_the_attributes_only()
    {
        FuseNode file = FuseNode.File("content"u8.ToArray());
        for (int i = 0; i < 7000; i++)
        {
            file.Xattrs.Add((HostileTree.Name($"user.{i:D8}"), [1]));
        }

        BackupResult result = Run(FuseNode.Directory((HostileTree.Name("file"), file)));

        Assert.Equal("content"u8, Backup.Content(_sink, Backup.Node(_sink, result, Mounted + "/file")));
        Assert.Contains("cannot list its extended attributes", Assert.Single(result.Problems).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_error_at_any_call_costs_what_it_was_about_and_is_said()
    {
        FuseNode root = SmallTree();
        long calls;
        using (FuseTree counted = HostileTree.Mount(_directory.Make("counted"), root))
        {
            Backup.Run(new MemorySink(), Backup.Of(_directory["counted"]) with { Threads = 1 });
            calls = counted.Calls;
        }

        Assert.InRange(calls, 30, 2000);
        using FuseTree tree = HostileTree.Mount(_directory.Make("mounted"), root);
        int step = TestScale.Choose(3, 1);
        foreach (int error in new[] { InputOutputError, NoAccess, NotFound })
        {
            for (long failing = Random.Shared.Next(step); failing < calls; failing += step)
            {
                MemorySink sink = new();
                long first = tree.Calls + 2; // two look at the source itself: without it there is nothing to back up
                long bad = first + failing;
                FuseCall? hit = null;
                tree.OnCall = (call, _, number) =>
                {
                    hit = number == bad ? call : hit;
                    return number == bad ? error : 0;
                };
                BackupResult result;
                try
                {
                    result = Backup.Run(sink, Backup.Of(Mounted) with { Threads = 1 });
                }
                catch (SourceException)
                {
                    continue; // the source itself could not be looked at
                }

                tree.OnCall = null;
                if (Backup.Find(sink, result, Mounted) is not null)
                {
                    HostileTree.AssertReadsBack(sink, result, Mounted, root);
                }
                else
                {
                    Assert.NotEqual(0, result.Statistics.Problems);
                }

                Assert.True(
                    hit is null || error == NotFound || result.IsPartial || IsHarmless(sink, result, root),
                    $"{hit} failed with {error}: {string.Join(", ", result.Omissions.Select(omission => omission.Kind))}");
            }
        }
    }

    [SkippableFact]
    public void A_file_system_that_died_is_a_problem_and_never_an_empty_directory()
    {
        FuseNode root = SmallTree();
        string tree = _directory.Make("tree");
        File.WriteAllText(tree + "/other", "1");
        using FuseTree mount = HostileTree.Mount(Directory.CreateDirectory(tree + "/mounted").FullName, root);
        mount.Die();

        BackupResult below = Backup.Run(_sink, tree);

        Assert.Equal(["other"], Backup.Paths(_sink, below, tree).Where(path => path != "mounted"));
        Assert.Equal(107, Assert.Single(below.Problems).Errno);
        Assert.Contains(below.Omissions, omission => omission.Kind == OmissionKind.UnreadableDirectory);
        Assert.True(below.IsPartial);
        Assert.Throws<SourceException>(() => Backup.Run(_sink, tree + "/mounted"));
    }

    [SkippableFact]
    public void A_file_system_that_dies_in_the_middle_is_a_problem_for_all_that_was_not_read()
    {
        FuseNode root = SmallTree();
        FuseTree? mount = null;
        root.Entries[1].Node.OnCall = call =>
        {
            if (call == FuseCall.OpenDirectory)
            {
                mount?.Die();
            }

            return 0;
        };
        mount = HostileTree.Mount(_directory.Make("mounted"), root);
        using (mount)
        {
            BackupResult result = Backup.Run(_sink, Backup.Of(Mounted) with { Threads = 1 });

            Assert.True(result.IsPartial);
            HostileTree.AssertReadsBack(_sink, result, Mounted, root);
        }
    }

    [SkippableFact]
    public void A_run_that_is_stopped_ends_at_the_next_call_of_a_slow_source()
    {
        FuseNode root = FuseNode.Directory();
        FuseNode large = FuseNode.File(new byte[64 << 20]);
        using CancellationTokenSource stop = new();
        int reads = 0;
        large.OnCall = call =>
        {
            if (call == FuseCall.Read)
            {
                Thread.Sleep(400);
                if (Interlocked.Increment(ref reads) == 12)
                {
                    stop.Cancel();
                }
            }

            return 0;
        };
        root.Entries.Add((HostileTree.Name("large"), large));
        using FuseTree tree = HostileTree.Mount(_directory.Make("mounted"), root);
        BackupRun run = new(Backup.Of(Mounted) with { Threads = 1 }, _sink, Chunkers.Default);

        Assert.ThrowsAny<OperationCanceledException>(() => run.Run(stop.Token));

        Assert.InRange(reads, 12, 14);
    }

    [SkippableFact]
    public void A_source_that_never_answers_does_not_keep_a_run_that_is_stopped()
    {
        FuseNode file = FuseNode.File(new byte[3000]);
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim end = new();
        file.OnCall = call =>
        {
            if (call == FuseCall.Read)
            {
                stop.Cancel();
                end.Wait();
            }

            return 0;
        };
        using FuseTree tree = HostileTree.Mount(
            _directory.Make("mounted"), FuseNode.Directory((HostileTree.Name("file"), file)));
        BackupRun run = new(Backup.Of(Mounted), _sink, Chunkers.Default);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(() => run.Run(stop.Token));
        end.Set();

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
    }

    [SkippableFact]
    public void A_mount_of_snapshots_below_a_source_is_left_out_and_said()
    {
        string tree = _directory.Make("tree");
        File.WriteAllText(tree + "/doc", "1");
        using FuseTree mount = HostileTree.Mount(
            Directory.CreateDirectory(tree + "/view").FullName, SmallTree(), "snapfs");
        List<string> notes = [];
        BackupOptions options = Backup.Of(tree) with { OnNote = notes.Add };

        BackupResult result = Backup.Run(_sink, options);
        BackupResult named = Backup.Run(_sink, tree + "/view");
        using SourceScan scan = SourceScan.Start(options);
        scan.Wait();

        Assert.Equal(["doc", "view"], Backup.Paths(_sink, result, tree));
        Assert.False(result.IsPartial);
        Assert.Contains("is a mount of snapshots and was left out", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(OmissionKind.PseudoFileSystem, Assert.Single(result.Omissions).Kind);
        Assert.NotNull(Backup.Find(_sink, named, tree + "/view/a"));
        Assert.Equal(1, scan.Files);
    }

    [SkippableFact]
    public void A_file_that_grows_while_it_is_read_has_the_part_that_was_there()
    {
        byte[] log = new byte[5000];
        FuseNode file = FuseNode.File(log);
        Random random = new(1);
        random.NextBytes(log);
        file.OnCall = call =>
        {
            if (call == FuseCall.Read)
            {
                file.Size += 100;
                file.Time++;
            }

            return 0;
        };
        file.Read = (offset, count) => offset < log.Length
            ? log.AsSpan((int)offset, (int)Math.Min(count, log.Length - offset)).ToArray()
            : new byte[Math.Max(0, Math.Min(count, (long)file.Size - offset))];

        BackupResult result = Run(FuseNode.Directory((HostileTree.Name("log"), file)));

        Assert.Equal([], result.Problems);
        NodeView node = Backup.Node(_sink, result, Mounted + "/log");
        Assert.Equal(log, Backup.Content(_sink, in node));
        Assert.False(node.Extensions.IsEmpty, "the next backup would trust what was read");
    }

    [SkippableFact]
    public void What_vanishes_is_counted_and_no_problem()
    {
        FuseNode root = SmallTree();
        FuseNode gone = root.Entries[0].Node;
        FuseNode goneDirectory = root.Entries[1].Node;
        int calls = 0;
        gone.OnCall = call => call == FuseCall.Open ? NotFound : 0;
        goneDirectory.OnCall = call => call == FuseCall.OpenDirectory && calls++ >= 0 ? NotFound : 0;

        BackupResult result = Run(root);

        Assert.Equal([], result.Problems);
        Assert.False(result.IsPartial);
        Assert.Equal(2, result.Vanished);
        Assert.All(result.Omissions, omission => Assert.Equal(OmissionKind.Vanished, omission.Kind));
        HostileTree.AssertReadsBack(_sink, result, Mounted, root);
    }

    [SkippableFact]
    public void Whatever_the_walk_accepts_reads_back_equal_and_nothing_stops_the_run() =>
        Seeds.ForEach(TestScale.Choose(25, 1000), random =>
        {
            MemorySink sink = new();
            FuseNode root = RandomTree(random, depth: 4);
            string path = Directory.CreateDirectory(_directory["random" + random.Next()]).FullName;
            using FuseTree tree = HostileTree.Mount(path, root);
            BackupOptions options = Backup.Of(path);
            BackupResult first = Backup.Run(sink, options, Chunkers.Small);
            HostileTree.AssertReadsBack(sink, first, path, root);
            BackupResult second = Backup.Run(sink, options.After(sink, first), Chunkers.Small);
            HostileTree.AssertReadsBack(sink, second, path, root);
        });

    private string Mounted => _directory["mounted"];

    private BackupResult Run(FuseNode root)
    {
        using FuseTree tree = HostileTree.Mount(_directory.Make("mounted"), root);
        return Backup.Run(_sink, Backup.Of(Mounted) with { Threads = 1 });
    }

    private static FuseNode SmallTree()
    {
        FuseNode attributed = FuseNode.File("with attributes"u8.ToArray());
        attributed.Xattrs.Add((HostileTree.Name("user.one"), [1]));
        attributed.Xattrs.Add((HostileTree.Name("user.two"), [2]));
        return FuseNode.Directory(
            (HostileTree.Name("a"), FuseNode.File("first"u8.ToArray())),
            (HostileTree.Name("b"), FuseNode.Directory(
                (HostileTree.Name("c"), FuseNode.File(new byte[3000])),
                (HostileTree.Name("d"), FuseNode.Directory((HostileTree.Name("e"), attributed))))),
            (HostileTree.Name("l"), FuseNode.Symlink("target"u8.ToArray())),
            (HostileTree.Name("z"), FuseNode.File("last"u8.ToArray())));
    }

    /// <summary>Whether all is there although a call failed, as one that only asks whether there is more.</summary>
    private bool IsHarmless(MemorySink sink, BackupResult result, FuseNode root)
    {
        HostileTree.AssertReadsBack(sink, result, Mounted, root);
        return result.Vanished == 0 && result.Omissions.Count == 0;
    }

    private static int Count(ReadOnlySpan<byte> xattrs)
    {
        int count = 0;
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            count++;
        }

        return count;
    }

    private static FuseNode RandomTree(Random random, int depth)
    {
        FuseNode directory = FuseNode.Directory();
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            directory.Entries.Add((RandomName(random), depth > 0 && random.Next(4) == 0
                ? RandomTree(random, depth - 1)
                : RandomFile(random)));
        }

        return directory;
    }

    private static FuseNode RandomFile(Random random)
    {
        byte[] content = new byte[random.Next(3) == 0 ? random.Next(40_000) : random.Next(600)];
        random.NextBytes(content);
        FuseNode node = random.Next(6) == 0
            ? FuseNode.Symlink([.. RandomName(random).AsSpan(0, 1), .. "/target"u8])
            : FuseNode.File(content);
        for (int i = random.Next(4) == 0 ? random.Next(30) : 0; i > 0; i--)
        {
            byte[] value = new byte[random.Next(5) == 0 ? random.Next(60_000) : random.Next(600)];
            random.NextBytes(value);
            string space = node.IsSymlink ? "trusted" : "user"; // links have none of the users' own
            node.Xattrs.Add((HostileTree.Name($"{space}.{i:D3}{new string('x', random.Next(200))}"), value));
        }

        if (node.IsFile)
        {
            switch (random.Next(8))
            {
                case 0:
                    node.Size = (ulong)random.NextInt64(content.Length, long.MaxValue);
                    break;
                case 1:
                    node.Blocks = (ulong)random.NextInt64();
                    break;
                case 2:
                    node.Time = (ulong)random.NextInt64();
                    node.Nanoseconds = (uint)random.NextInt64(uint.MaxValue);
                    break;
                case 3:
                    node.Inode = (ulong)random.Next(3);
                    break;
                case 6:
                    node.Links = (uint)random.NextInt64(uint.MaxValue);
                    break;
                case 4:
                    int errno = random.Next(2) == 0 ? InputOutputError : NotFound;
                    FuseCall failing = (FuseCall)random.Next(1, 30);
                    node.OnCall = call => call == failing ? errno : 0;
                    break;
                case 5:
                    node.OnCall = call =>
                    {
                        node.Time += call == FuseCall.Read ? 1u : 0;
                        return 0;
                    };
                    break;
            }
        }

        return node;
    }

    /// <summary>Any bytes but NUL and slash.</summary>
    private static byte[] RandomName(Random random)
    {
        byte[] name = new byte[random.Next(8) == 0 ? random.Next(1, 1025) : random.Next(1, 40)];
        for (int i = 0; i < name.Length; i++)
        {
            int value = random.Next(1, 255);
            name[i] = (byte)(value < '/' ? value : value + 1);
        }

        return name is [(byte)'.'] or [(byte)'.', (byte)'.'] ? "dot"u8.ToArray() : name;
    }
}
