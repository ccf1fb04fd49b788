using System.Diagnostics;
using System.Globalization;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Mounts;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Owners;
using SnapFs.Testing.Processes;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>What a mount does while its storage or the name service does not answer.</summary>
public sealed class WaitingTests
{
    private const string Snapshot = "hosts/box/root/latest";
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    [SkippableTheory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(400)]
    public void Readers_that_wait_for_a_hanging_storage_keep_nobody_else_from_what_needs_none(int readers)
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(readers);
        using (mount)
        using (storage)
        {
            string at = mount.MountPoint;
            ProcessRunner.Run("sh", ["-c", $"cat {at}/{Snapshot}/cached > /dev/null; ls {at}/{Snapshot}"]).Expect();
            storage.Hang();
            string script = $"for i in $(seq {readers}); do (cat {at}/{Snapshot}/f$i > /dev/null && echo ok) & done; wait";
            using Process waiting = Start(script);
            Assert.True(SpinWait.SpinUntil(() => storage.Waiting >= Math.Min(readers, 4), TimeSpan.FromSeconds(60)));

            Quickly($"ls {at}/hosts/box/root");
            Quickly($"cat {at}/.snapfs/status");
            Quickly($"dd if={at}/{Snapshot}/cached of=/dev/null iflag=direct bs=64k");
            Quickly($"stat -f {at}");
            Quickly($"ls -l {at}/{Snapshot}");

            storage.Answer();
            string output = waiting.StandardOutput.ReadToEnd();
            waiting.WaitForExit();
            Assert.Equal(readers, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }

    [SkippableTheory]
    [InlineData(Snapshot)]
    [InlineData("versions/box/root")]
    public void Who_waits_for_a_hanging_storage_can_be_interrupted(string place)
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(60);
        using (mount)
        using (storage)
        {
            storage.Hang();
            string each = $"(timeout -s INT 2 ls {mount.MountPoint}/{place}/d$i; echo $?)";
            long start = Stopwatch.GetTimestamp();
            using Process waiting = Start($"for i in $(seq 60); do {each} & done; wait");
            string output = waiting.StandardOutput.ReadToEnd();
            waiting.WaitForExit();

            Assert.Equal(60, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(code => code == "124"));
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 2, 30);
            storage.Answer();
            Quickly($"ls {mount.MountPoint}/{place}/d1");
        }
    }

    [SkippableFact]
    public void A_mount_whose_storage_hangs_is_unmounted_at_once()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(4);
        using (mount)
        using (storage)
        {
            storage.Hang();
            using Process waiting = Start($"cat {mount.MountPoint}/{Snapshot}/f1 > /dev/null");
            Assert.True(SpinWait.SpinUntil(() => storage.Waiting > 0, Prompt));

            long start = Stopwatch.GetTimestamp();
            Assert.Contains("in use", Assert.Throws<MountException>(() => Unmounter.Unmount(mount.MountPoint, false)).Message,
                StringComparison.Ordinal);
            Unmounter.Unmount(mount.MountPoint, isLazy: true);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Prompt);
            storage.Answer();
            waiting.WaitForExit();
        }
    }

    [SkippableFact]
    public void A_mount_is_over_although_requests_that_nobody_waits_for_still_hang()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(4);
        using (mount)
        using (storage)
        {
            storage.Hang();
            ProcessRunner.Run("timeout", ["-s", "INT", "2", "cat", $"{mount.MountPoint}/{Snapshot}/f1"]).Expect(124);
            Assert.True(storage.Waiting > 0);
            using CancellationTokenSource late = new(Prompt);

            Unmounter.Unmount(mount.MountPoint, isLazy: false);

            Assert.True(mount.Session.WaitForUnmount(late.Token));
            long start = Stopwatch.GetTimestamp();
            mount.Session.Dispose();
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Prompt);
        }
    }

    [SkippableFact]
    public void A_mount_ends_although_a_thread_beside_the_readers_hangs()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(4);
        using ManualResetEventSlim hangs = new();
        using ManualResetEventSlim answers = new();
        using (mount)
        using (storage)
        {
            mount.Source.Refreshing = () =>
            {
                hangs.Set();
                answers.Wait();
            };
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    Quickly($"ls {mount.MountPoint}/hosts");
                    return hangs.IsSet;
                },
                Prompt));

            long start = Stopwatch.GetTimestamp();
            mount.Session.Dispose();
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Prompt);
            answers.Set();
        }
    }

    [SkippableFact]
    public void A_storage_that_hangs_is_given_up_for_readers_that_are_gone()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(4);
        using (mount)
        using (storage)
        {
            storage.Hang();
            ProcessResult result = ProcessRunner.Run("timeout", ["-s", "INT", "1", "cat", $"{mount.Snapshot}/f1"]);
            Assert.Equal(124, result.ExitCode);

            Assert.True(SpinWait.SpinUntil(() => storage.Waiting == 0, Prompt), "its thread still waits");
            Assert.DoesNotContain(mount.Events, happened => happened.Kind == MountEventKind.Bug);
        }
    }

    [SkippableFact]
    public void A_mount_whose_storage_hangs_ends_at_once_and_lets_go_of_everything()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(40);
        using (mount)
        using (storage)
        {
            storage.Hang();
            using Process waiting = Start($"for i in $(seq 40); do cat {mount.Snapshot}/f$i > /dev/null & done; wait");
            Assert.True(SpinWait.SpinUntil(() => storage.Waiting > 0, Prompt));

            long start = Stopwatch.GetTimestamp();
            mount.Session.Dispose();

            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(4)); // 5 for threads that stay
            Assert.Equal(0, storage.Waiting);
            waiting.WaitForExit();
        }
    }

    [SkippableFact]
    public void A_mount_whose_process_is_stopped_is_said_to_be_silent_and_not_mounted_over()
    {
        MountFixture.Require();
        string directory = Directory.CreateTempSubdirectory("snapfs-silent-").FullName;
        int device = FuseMounter.Mount(directory, new MountOptions()); // nobody serves it
        try
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Contains("does not answer", Assert.Throws<MountException>(() => MountPoint.Prepare(directory)).Message,
                StringComparison.Ordinal);
            Unmounter.Unmount(directory, isLazy: true);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        }
        finally
        {
            new Microsoft.Win32.SafeHandles.SafeFileHandle(device, ownsHandle: true).Dispose();
        }

        Directory.Delete(directory);
    }

    [SkippableFact]
    public void A_name_service_that_takes_8_s_delays_nobody_by_more_than_a_moment()
    {
        MountFixture.Require();
        SlowUsers users = new(TimeSpan.FromSeconds(8));
        TestNode root = TestNode.Directory(("a", TestNode.Text("a")), ("b", TestNode.Text("b")));
        root.At("a").UserId = 1001;
        root.At("b").UserId = 1002;
        using MountFixture mount = new(root, new MountOptions { AllowOther = true, UsersOf = ["box"] }, users);
        using Process listing = Start($"ls -ln {mount.Snapshot}/");
        Assert.True(SpinWait.SpinUntil(() => users.Asked > 0, Prompt));

        long start = Stopwatch.GetTimestamp();
        Quickly($"stat -f {mount.MountPoint}");
        Quickly($"cat {mount.MountPoint}/.snapfs/status");
        Quickly($"ls {mount.MountPoint}/hosts");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        Assert.DoesNotContain("Permission", listing.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_source_that_throws_what_nobody_expects_ends_no_thread_and_is_in_the_log()
    {
        MountFixture.Require();
        (MountFixture mount, HangingStorage storage) = Mount(4);
        using (mount)
        using (storage)
        {
            mount.Source.Reading = (_, _) => throw new InvalidOperationException("out of order");
            Assert.Contains("Input/output", ProcessRunner.Run("cat", [$"{mount.Snapshot}/f1"]).Error, StringComparison.Ordinal);
            Assert.Contains(mount.Events, happened => happened.Kind == MountEventKind.Bug
                && happened.Message.Contains("out of order", StringComparison.Ordinal));
            mount.Source.Reading = null;
            ProcessRunner.Run("cat", [$"{mount.Snapshot}/f1"]).Expect();

            mount.Source.Refreshing = () => throw new UnauthorizedAccessException("no index");
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    Quickly($"ls {mount.MountPoint}/hosts");
                    return mount.Events.Any(happened => happened.Message.Contains("no index", StringComparison.Ordinal));
                },
                Prompt));
            mount.Source.Refreshing = null;
            mount.Tree.AddSnapshot("box", "etc", MountFixture.Time, TestNode.Directory());
            Assert.True(SpinWait.SpinUntil(() => Directory.Exists($"{mount.MountPoint}/hosts/box/etc"), Prompt));
        }
    }

    [SkippableFact]
    public void A_handle_of_one_mount_leads_nowhere_in_the_next()
    {
        MountFixture.Require();
        const string open = """
            import ctypes, os, sys
            libc = ctypes.CDLL(None, use_errno=True)
            class H(ctypes.Structure):
                _fields_ = [('size', ctypes.c_uint), ('type', ctypes.c_int), ('bytes', ctypes.c_ubyte * 128)]
            h, m = H(128, 0, (ctypes.c_ubyte * 128)()), ctypes.c_int()
            if len(sys.argv) == 3:
                if libc.name_to_handle_at(-100, sys.argv[2].encode(), ctypes.byref(h), ctypes.byref(m), 0) != 0:
                    sys.exit(os.strerror(ctypes.get_errno()))
                print(h.size, h.type, bytes(h.bytes[:h.size]).hex())
            else:
                h.size, h.type = int(sys.argv[2]), int(sys.argv[3])
                for i, b in enumerate(bytes.fromhex(sys.argv[4])): h.bytes[i] = b
                d = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
                f = libc.open_by_handle_at(d, ctypes.byref(h), os.O_RDONLY)
                print(os.read(f, 100).decode() if f >= 0 else os.strerror(ctypes.get_errno()))
            """;
        TestNode root = TestNode.Directory(
            ("alice", TestNode.Directory(("file", TestNode.Text("of alice")))),
            ("bob", TestNode.Directory(("file", TestNode.Text("SECRET of bob")))));
        using MountFixture mount = new(root);
        string handle = ProcessRunner.Run("python3", ["-c", open, mount.MountPoint, $"{mount.Snapshot}/alice/file"]).Expect().Output;
        string[] arguments = ["-c", open, mount.MountPoint, .. handle.Split(' ', StringSplitOptions.TrimEntries)];
        Assert.Equal("of alice", ProcessRunner.Run("python3", arguments).Expect().Output.Trim());

        mount.Session.Dispose();
        mount.Start();
        Assert.Equal("SECRET of bob", File.ReadAllText($"{mount.Snapshot}/bob/file"));
        Assert.Equal("Stale file handle", ProcessRunner.Run("python3", arguments).Expect().Output.Trim());
    }

    [SkippableFact]
    public void Dots_have_the_inode_numbers_that_stat_shows()
    {
        MountFixture.Require();
        using MountFixture mount = new(TestNode.Directory(("a", TestNode.Directory(("b", TestNode.Directory())))));
        foreach (string at in (string[])["hosts/box", $"{Snapshot}/a", $"{Snapshot}/a/b"])
        {
            string script = $"cd {mount.MountPoint}/{at} && ls -aif1 | grep -E ' \\.\\.?$' | sort -k2 | awk '{{print $1}}'; "
                + "stat -c %i . ..";
            string[] numbers = ProcessRunner.Run("sh", ["-c", script]).Expect().Output.Split(
                '\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(numbers[2..], numbers[..2]);
        }
    }

    private static (MountFixture Mount, HangingStorage Storage) Mount(int files)
    {
        MemorySnapshotSource source = new() { GroupBelow = 0 };
        TestNode root = TestNode.Directory(("cached", Data(0)));
        for (int i = 1; i <= files; i++)
        {
            root.Children.Add($"f{i}", Data(i));
            root.Children.Add($"d{i}", TestNode.Directory(($"in {i}", TestNode.Text("x"))));
        }

        MountFixture mount = new(root, source: source);
        return (mount, new HangingStorage(source));
    }

    private static TestNode Data(int seed)
    {
        byte[] data = new byte[300_000];
        new Random(seed).NextBytes(data);
        return new TestNode { Content = data };
    }

    private static Process Start(string script) => Process.Start(
        new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static void Quickly(string command)
    {
        ProcessResult result = ProcessRunner.Run(
            "timeout", [Prompt.TotalSeconds.ToString(CultureInfo.InvariantCulture), "sh", "-c", command]);
        Assert.True(result.ExitCode == 0, $"{command}: {result.ExitCode} {result.Error}");
    }

    /// <summary>A storage that answers only if it may.</summary>
    private sealed class HangingStorage : IDisposable
    {
        private readonly ManualResetEventSlim _answers = new(true);
        private int _waiting;

        public HangingStorage(MemorySnapshotSource source) => source.Reading = (_, cancellationToken) =>
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                _answers.Wait(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        };

        public int Waiting => Volatile.Read(ref _waiting);

        public void Hang() => _answers.Reset();

        public void Answer() => _answers.Set();

        public void Dispose() => _answers.Set();
    }

    private sealed class SlowUsers(TimeSpan delay) : IUserDatabase
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => Answer(out id);

        public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => Answer(out id);

        public bool HasUser(uint id) => Answer(out _);

        public bool HasGroup(uint id) => Answer(out _);

        private bool Answer(out uint id)
        {
            Interlocked.Increment(ref _asked);
            Thread.Sleep(delay);
            id = 0;
            return false;
        }
    }
}
