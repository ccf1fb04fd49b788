using System.Diagnostics;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Mounts;
using SnapFs.Mount.Fuse.Sessions;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Testing.Processes;
using SnapFs.Trees;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>Real mounts on <c>/dev/fuse</c>, as root.</summary>
public sealed class MountTests
{
    [SkippableFact]
    public void Files_have_their_content()
    {
        MountFixture.Require();
        byte[] large = RandomNumberGenerator.GetBytes((5 << 20) + 123);
        TestNode listed = new() { Content = large, ChunkSize = 100_000, ListFanout = 7 };
        TestNode inline = new() { Content = "in the node"u8.ToArray(), IsInline = true };
        using MountFixture mount = new(TestNode.Directory(
            ("large", new TestNode { Content = large }), ("listed", listed), ("inline", inline), ("empty", new TestNode())));

        Assert.Equal(large, File.ReadAllBytes($"{mount.Snapshot}/large"));
        Assert.Equal(large, File.ReadAllBytes($"{mount.Snapshot}/listed"));
        Assert.Equal("in the node", File.ReadAllText($"{mount.Snapshot}/inline"));
        Assert.Empty(File.ReadAllBytes($"{mount.Snapshot}/empty"));
    }

    /// <summary>Longer than Linux has any itself: of another system, whose names have more bytes.</summary>
    [SkippableTheory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(TreeLimits.MaxName)]
    public void A_name_that_the_format_has_room_for_is_listed_and_found(int length)
    {
        MountFixture.Require();
        string name = new('n', length);
        using MountFixture mount = new(TestNode.Directory((name, new TestNode { Content = [.. "content"u8] })));

        Assert.Equal(name, ProcessRunner.Run("ls", [mount.Snapshot]).Expect().Output.Trim());
        Assert.Equal("content", ProcessRunner.Run("cat", [$"{mount.Snapshot}/{name}"]).Expect().Output);
        Assert.Equal($"{TreeLimits.MaxName}", ProcessRunner.Run("stat", ["-f", "-c", "%l", mount.Snapshot]).Expect().Output.Trim());
    }

    [SkippableFact]
    public void Every_type_and_field_is_shown()
    {
        MountFixture.Require();
        TestNode old = new() { Modified = new Timestamp(-5_000_000_000, 7), Content = [1], Mode = 0x9ED };
        TestNode huge = new() { Extents = [new Extent(5L << 30, 3)], Content = [1, 2, 3], SparseSize = 6L << 30 };
        TestNode born = new() { Content = [1], Birth = new Timestamp(1_000_000_000, 5) };
        using MountFixture mount = new(TestNode.Directory(
            ("old", old),
            ("huge", huge),
            ("born", born),
            ("link", TestNode.Link("../somewhere else")),
            ("fifo", new TestNode { Type = NodeType.Fifo }),
            ("socket", new TestNode { Type = NodeType.Socket }),
            ("char", new TestNode { Type = NodeType.CharacterDevice, DeviceNumber = (7UL << 32) | 0x12345 }),
            ("block", new TestNode { Type = NodeType.BlockDevice, DeviceNumber = (259UL << 32) | 3 })));

        string Stat(string format, string name) =>
            ProcessRunner.Run("stat", ["-c", format, $"{mount.Snapshot}/{name}"]).Expect().Output.Trim();

        Assert.Equal("regular file 4755 1 root", Stat("%F %a %h %U", "old"));
        Assert.StartsWith("1811-", Stat("%y", "old"), StringComparison.Ordinal);
        Assert.Contains(".000000007 ", Stat("%y", "old"), StringComparison.Ordinal);
        Assert.Equal($"{6L << 30}", Stat("%s", "huge"));
        Assert.Equal("1", Stat("%b", "huge"));
        Assert.Equal("1000000000", Stat("%W", "born"));
        Assert.Equal("../somewhere else", new FileInfo($"{mount.Snapshot}/link").LinkTarget);
        Assert.Equal("fifo", Stat("%F", "fifo"));
        Assert.Equal("socket", Stat("%F", "socket"));
        Assert.Equal("character special file 7 12345", Stat("%F %t %T", "char"));
        Assert.Equal("block special file 103 3", Stat("%F %t %T", "block"));
    }

    [SkippableFact]
    public void Holes_are_found_by_seeking()
    {
        MountFixture.Require();
        byte[] data = RandomNumberGenerator.GetBytes(8192);
        TestNode sparse = new()
        {
            Content = data,
            Extents = [new Extent(1 << 20, 4096), new Extent(3 << 20, 4096)],
            SparseSize = 5 << 20,
        };
        using MountFixture mount = new(TestNode.Directory(("sparse", sparse)));
        const string script = """
            import os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            d, h = os.SEEK_DATA, os.SEEK_HOLE
            print(os.lseek(f, 0, d), os.lseek(f, 0, h), os.lseek(f, 1 << 20, h), os.lseek(f, 2 << 20, d),
                  os.lseek(f, (3 << 20) + 5, h))
            try:
                os.lseek(f, 4 << 20, d)
            except OSError as e:
                print(e.errno)
            """;

        string output = ProcessRunner.Run("python3", ["-c", script, $"{mount.Snapshot}/sparse"]).Expect().Output;

        Assert.Equal($"{1 << 20} 0 {(1 << 20) + 4096} {3 << 20} {(3 << 20) + 4096}\n6\n", output);
    }

    [SkippableFact]
    public void Hard_links_across_directories_share_one_inode()
    {
        MountFixture.Require();
        TestNode Linked() => new() { Inode = 5000, Links = 2, Content = "same"u8.ToArray() };
        using MountFixture mount = new(TestNode.Directory(
            ("a", TestNode.Directory(("one", Linked()))),
            ("b", TestNode.Directory(("two", Linked()), ("other", new TestNode { Inode = 5001, Links = 2 })))));

        string output = ProcessRunner.Shell(
            $"cd {mount.Snapshot}; stat -c '%i %h' a/one b/two b/other; ls -i b | sort; cat a/one b/two").Expect().Output;

        string[] lines = output.Split('\n');
        Assert.Equal(lines[0], lines[1]);
        Assert.EndsWith(" 2", lines[0], StringComparison.Ordinal);
        Assert.NotEqual(lines[0], lines[2]);
        Assert.Contains($"{lines[0].Split(' ')[0]} two", output, StringComparison.Ordinal);
        Assert.EndsWith("samesame", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Inode_numbers_are_the_same_in_the_next_mount()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("d", TestNode.Directory(("file", TestNode.Text("x"))))));
        string before = ProcessRunner.Shell($"find {mount.MountPoint} -printf '%i %p\n' | sort -k2").Expect().Output;
        mount.Session.Dispose();
        mount.Start();
        string after = ProcessRunner.Shell($"find {mount.MountPoint} -printf '%i %p\n' | sort -k2").Expect().Output;
        Assert.Equal(before, after);
    }

    [SkippableFact]
    public void Extended_attributes_are_listed_and_read()
    {
        MountFixture.Require();
        byte[] large = RandomNumberGenerator.GetBytes(5000);
        TestNode file = TestNode.Text("x");
        file.Xattrs["user.small"] = "value"u8.ToArray();
        file.Xattrs["user.large"] = large;
        using MountFixture mount = new(TestNode.Directory(("file", file), ("plain", TestNode.Text("y"))));
        const string script = """
            import os, sys
            print(sorted(os.listxattr(sys.argv[1])), os.getxattr(sys.argv[1], "user.small"),
                  os.getxattr(sys.argv[1], "user.large").hex(), os.listxattr(sys.argv[2]))
            """;

        string output = ProcessRunner.Run(
            "python3", ["-c", script, $"{mount.Snapshot}/file", $"{mount.Snapshot}/plain"]).Expect().Output;

        Assert.Equal($"['user.large', 'user.small'] b'value' {Convert.ToHexString(large).ToLowerInvariant()} []\n", output);
    }

    [SkippableFact]
    public void A_directory_of_100_000_entries_is_listed_once_each()
    {
        MountFixture.Require();
        TestNode directory = TestNode.Directory();
        for (int i = 0; i < 100_000; i++)
        {
            directory.Children.Add($"entry-{i}", new TestNode());
        }

        using MountFixture mount = new(TestNode.Directory(("many", directory)));
        string[] names = [.. Directory.EnumerateFiles($"{mount.Snapshot}/many").Select(path => Path.GetFileName(path)!)];

        Assert.Equal(100_000, names.Length);
        Assert.Equal(100_000, names.Distinct(StringComparer.Ordinal).Count());
        Assert.True(File.Exists($"{mount.Snapshot}/many/entry-77777"));
        Assert.False(File.Exists($"{mount.Snapshot}/many/entry-100000"));
    }

    [SkippableFact]
    public void Nothing_can_be_written()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("x"))));
        foreach (string command in (string[])["touch new", "rm file", "chmod 600 file", "mkdir d", "sh -c 'echo x >> file'"])
        {
            ProcessResult result = ProcessRunner.Shell($"cd {mount.Snapshot}/; {command}");
            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains("Read-only file system", result.Error, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void A_new_snapshot_appears_and_latest_moves_in_a_running_mount()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("old"))));
        Assert.Equal("old", File.ReadAllText($"{mount.Snapshot}/file"));
        Assert.Single(Directory.GetDirectories($"{mount.MountPoint}/dates"));

        mount.Tree.AddSnapshot("box", "root", "2026-11-22T02:20:00Z", TestNode.Directory(("file", TestNode.Text("newer"))));

        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"{mount.Snapshot}/file") == "newer", 5000));
        Assert.Equal("2026-11-22T02-20-00Z", new FileInfo(mount.Snapshot).LinkTarget);
        Assert.Equal(2, Directory.GetDirectories($"{mount.MountPoint}/dates").Length);
        Assert.Equal("old", File.ReadAllText($"{mount.MountPoint}/dates/2026-11-21/box/root/2026-11-21T02-20-00Z/file"));
    }

    [SkippableFact]
    public void Damage_is_an_error_of_its_files_only()
    {
        MountFixture.Require();
        byte[] bad = RandomNumberGenerator.GetBytes(200_000);
        byte[] good = RandomNumberGenerator.GetBytes(200_000);
        using MountFixture mount = new(TestNode.Directory(
            ("bad", new TestNode { Content = bad }), ("good", new TestNode { Content = good })));
        mount.Source.Damage(ChunkKind.Data, mount.Source.Put(ChunkKind.Data, bad));

        IOException error = Assert.Throws<IOException>(() => File.ReadAllBytes($"{mount.Snapshot}/bad"));

        Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes($"{mount.Snapshot}/good"));
        MountEvent line = Assert.Single(mount.Events, happened => happened.Kind == MountEventKind.Damage);
        Assert.Contains("/bad: packs/", line.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Many_readers_at_once_get_the_right_bytes_within_the_bound_of_memory()
    {
        MountFixture.Require();
        byte[][] contents = [.. Enumerable.Range(0, 16).Select(_ => RandomNumberGenerator.GetBytes(4 << 20))];
        TestNode root = TestNode.Directory();
        for (int i = 0; i < contents.Length; i++)
        {
            root.Children.Add($"f{i}", new TestNode { Content = contents[i] });
        }

        const long capacity = 8 << 20;
        using MountFixture mount = new(root, new MountOptions { FrameCacheBytes = capacity });
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            int file = i % contents.Length;
            using FileStream stream = new($"{mount.Snapshot}/f{file}", FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            Random random = new(i);
            byte[] buffer = new byte[10_000];
            for (int k = 0; k < 50; k++)
            {
                int offset = random.Next(contents[file].Length - buffer.Length);
                stream.Position = offset;
                stream.ReadExactly(buffer);
                Assert.True(buffer.AsSpan().SequenceEqual(contents[file].AsSpan(offset, buffer.Length)));
            }

            Assert.InRange(mount.Session.Files.FrameBytes, 0, capacity + (16 << 20)); // leased frames may come on top
        });
        Assert.True(SpinWait.SpinUntil(() => mount.Session.Files.FrameBytes <= capacity, 5000));
    }

    [SkippableFact]
    public void Small_files_reach_the_page_cache_before_they_are_read()
    {
        MountFixture.Require();
        TestNode root = TestNode.Directory();
        for (int i = 0; i < 20; i++)
        {
            root.Children.Add($"f{i:d2}", TestNode.Text(new string((char)('a' + i), 5000)));
        }

        using MountFixture mount = new(root);
        Assert.Equal(20, Directory.GetFiles($"{mount.Snapshot}/").Length);
        _ = File.ReadAllText($"{mount.Snapshot}/f00");
        _ = File.ReadAllText($"{mount.Snapshot}/f01");

        string last = $"{mount.Snapshot}/f19";
        Assert.True(
            SpinWait.SpinUntil(
                () => ProcessRunner.Shell($"fincore --noheadings --bytes --output RES {last}").Expect().Output.Trim() == "8192",
                10_000),
            "the last file did not reach the page cache");
        Assert.Equal(new string('t', 5000), File.ReadAllText(last));
    }

    [SkippableFact]
    public void What_the_kernel_forgets_is_forgotten()
    {
        MountFixture.Require();
        TestNode root = TestNode.Directory();
        for (int i = 0; i < 500; i++)
        {
            root.Children.Add($"d{i}", TestNode.Directory(
                ("file", TestNode.Text("x")), ("linked", new TestNode { Inode = 9000, Links = 500 })));
        }

        using MountFixture mount = new(root);
        ProcessRunner.Shell($"ls -lR {mount.Snapshot}/ > /dev/null").Expect();
        Assert.InRange(mount.Session.Files.KnownNodes, 400, 1000);
        File.WriteAllText("/proc/sys/vm/drop_caches", "2");
        Assert.True(SpinWait.SpinUntil(() => mount.Session.Files.KnownNodes < 50, 10_000), $"{mount.Session.Files.KnownNodes}");
        Assert.Equal(500, Directory.GetDirectories($"{mount.Snapshot}/").Length);
    }

    [SkippableFact]
    public void Two_mounts_of_one_repository_do_not_disturb_each_other()
    {
        MountFixture.Require();
        using MountFixture first = new(TestNode.Directory(("file", TestNode.Text("x"))));
        string other = Directory.CreateTempSubdirectory("snapfs-mount-").FullName;
        using (MountSession second = MountSession.Start(other, new MountOptions(), new FuseSettings(), first.Source, _ => { }))
        {
            Assert.Equal("x", File.ReadAllText($"{other}/hosts/box/root/latest/file"));
        }

        Assert.Equal("x", File.ReadAllText($"{first.Snapshot}/file"));
        Directory.Delete(other);
    }

    [SkippableFact]
    public void Unmounting_ends_the_session_and_a_busy_mount_says_so()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("x"))));
        using (File.OpenRead($"{mount.Snapshot}/file"))
        {
            MountException busy = Assert.Throws<MountException>(() => Unmounter.Unmount(mount.MountPoint, isLazy: false));
            Assert.Contains("in use", busy.Message, StringComparison.Ordinal);
        }

        Unmounter.Unmount(mount.MountPoint, isLazy: false);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        Assert.True(mount.Session.WaitForUnmount(limit.Token));
        Assert.Throws<MountException>(() => Unmounter.Unmount(mount.MountPoint, isLazy: false));
    }

    [SkippableFact]
    public void A_session_that_is_disposed_while_in_use_ends_at_once()
    {
        MountFixture.Require();
        MountFixture mount = new(TestNode.Directory(("file", TestNode.Text("x"))));
        using FileStream open = File.OpenRead($"{mount.Snapshot}/file");
        Stopwatch watch = Stopwatch.StartNew();
        mount.Dispose();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [SkippableFact]
    public void Unsuitable_mount_points_are_refused_with_a_reason()
    {
        MountFixture.Require();
        MemorySnapshotSource source = new();
        string directory = Directory.CreateTempSubdirectory("snapfs-mount-").FullName;
        string Refusal(string path) => Assert.Throws<MountException>(
            () => MountSession.Start(path, new MountOptions(), new FuseSettings(), source, _ => { })).Message;

        Assert.Contains("no such directory", Refusal($"{directory}/absent"), StringComparison.Ordinal);
        Assert.Contains("mounted there already", Refusal("/proc"), StringComparison.Ordinal);
        File.WriteAllText($"{directory}/file", "");
        Assert.Contains("not a directory", Refusal($"{directory}/file"), StringComparison.Ordinal);
        Assert.Contains("not empty", Refusal(directory), StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [SkippableFact]
    public void A_thousand_snapshots_are_listed_without_opening_one()
    {
        MountFixture.Require();
        MemorySnapshotSource source = new();
        TestTree tree = new(source);
        TestNode root = TestNode.Directory(("file", TestNode.Text("x")));
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 1000; i++)
        {
            tree.AddSnapshot("box", "root", start.AddHours(i).ToString("O", null), root, ["tag"]);
        }

        source.Refresh(CancellationToken.None);
        string directory = Directory.CreateTempSubdirectory("snapfs-mount-").FullName;
        using (MountSession.Start(directory, new MountOptions(), new FuseSettings(), source, _ => { }))
        {
            string count = ProcessRunner.Shell($"cd {directory}; ls hosts/box/root | wc -l; ls ids | wc -l").Expect().Output;
            Assert.Equal("1001\n1000\n", count);
            Assert.Equal(0, source.BodyReads);
            Assert.Equal("x", File.ReadAllText($"{directory}/hosts/box/root/latest/file"));
            Assert.Equal(1, source.BodyReads);
        }

        Directory.Delete(directory);
    }
}
