using System.Diagnostics;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

/// <summary>What a local repository promises beyond the contract: how its files lie on the disk.</summary>
public sealed class LocalStorageTests : IDisposable
{
    private static readonly ObjectName Pack = new(ObjectKind.Pack, "3f" + new string('a', 62));
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryDirectory _directory = new();

    private StorageAddress Address => StorageAddress.Parse(Root);

    private string Root => Path.Combine(_directory.Path, "repository");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(ObjectKind.Key, "keys")]
    [InlineData(ObjectKind.Mark, "gc")]
    [InlineData(ObjectKind.Snapshot, "snapshots")]
    [InlineData(ObjectKind.Index, "index")]
    [InlineData(ObjectKind.Pack, "packs/cc")]
    public async Task Objects_lie_where_the_format_says(ObjectKind kind, string folder)
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        ObjectName name = new(kind, new string('c', 64));
        await storage.PutAsync(name, "content"u8.ToArray(), None);

        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Root, folder, name.Id)));
    }

    [SkippableFact]
    public async Task Files_and_directories_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SkipException("modes are a matter of Unix");
        }

        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[1], None);

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(Root, Pack.RelativePath)));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Root));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Root, "packs")));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Root, "packs", "3f")));
    }

    [Fact]
    public async Task A_put_leaves_no_other_file_behind_whether_it_succeeds_or_not()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[100_000], None);
        await Assert.ThrowsAsync<ObjectExistsException>(() => storage.PutAsync(Pack, new byte[1], None));

        Assert.Equal(Path.Combine(Root, Pack.RelativePath), Assert.Single(AllFiles()));
    }

    [Fact]
    public async Task What_a_crash_left_is_removed_a_day_later_and_not_before()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, "packs", "3f")).FullName;
        string old = Path.Combine(folder, ".tmp-old");
        string young = Path.Combine(folder, ".tmp-young");
        await File.WriteAllTextAsync(old, "half");
        await File.WriteAllTextAsync(young, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-1).AddMinutes(-1));

        await using LocalStorage storage = LocalStorage.Open(Address);
        await storage.PutAsync(Pack, new byte[1], None);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task Foreign_files_and_names_are_skipped_by_listings()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[1], None);
        string folder = Path.Combine(Root, "packs", "3f");
        string[] foreign =
        [
            ".tmp-0", "notes.txt", new string('A', 64), new string('a', 63), new string('a', 65),
            "ab" + new string('a', 62) /* belongs into another folder */,
        ];
        foreach (string name in foreign)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), "foreign");
        }

        Directory.CreateDirectory(Path.Combine(folder, "3f" + new string('b', 62)));
        Directory.CreateDirectory(Path.Combine(Root, "packs", "zz"));
        await File.WriteAllTextAsync(Path.Combine(Root, "packs", "00"), "a file where a folder should be");

        List<ObjectInfo> listed = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Pack, None))
        {
            listed.Add(info);
        }

        Assert.Equal(Pack, Assert.Single(listed).Name);
    }

    [Fact]
    public async Task A_root_that_went_away_is_unavailable_not_empty()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        Directory.Delete(Root, recursive: true);

        StorageUnavailableException e = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Snapshot, None))
            {
                Assert.Fail($"{info.Name} is listed");
            }
        });

        Assert.Equal(ExitCode.StorageUnavailable, e.ExitCode);
        Assert.Contains(Root, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_repository_is_not_made_among_other_files()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "letter.txt"), "dear");

        Assert.Throws<StorageUnavailableException>(() => LocalStorage.Create(Address));
        Assert.Single(AllFiles());
    }

    [Fact]
    public async Task Reads_complete_before_they_return()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[100], None);

        Assert.True(storage.ReadAsync(Pack, 0, new byte[100], None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_file_that_was_cut_is_truncated_and_names_its_length()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[100], None);
        await using (FileStream file = File.OpenWrite(Path.Combine(Root, Pack.RelativePath)))
        {
            file.SetLength(60);
        }

        ObjectTruncatedException e = await Assert.ThrowsAsync<ObjectTruncatedException>(
            () => storage.ReadAsync(Pack, 50, new byte[20], None));

        Assert.Contains("60 bytes", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_fifo_or_directory_in_the_place_of_an_object_is_an_error_and_never_waits()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs mkfifo");
        await using LocalStorage storage = LocalStorage.Create(Address);
        string folder = Directory.CreateDirectory(Path.Combine(Root, "index")).FullName;
        ObjectName fifo = new(ObjectKind.Index, new string('a', 64));
        ObjectName directory = new(ObjectKind.Index, new string('b', 64));
        Run("mkfifo", Path.Combine(folder, fifo.Id));
        Directory.CreateDirectory(Path.Combine(folder, directory.Id));

        foreach (ObjectName name in new[] { fifo, directory })
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.ReadAsync(name, 0, new byte[1], None));
            await Assert.ThrowsAnyAsync<SnapFsException>(() => storage.GetAsync(name, 100, None));
        }
    }

    [Fact]
    public async Task More_objects_than_files_may_stay_open_are_read()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        ObjectName[] names = [.. Enumerable.Range(0, 400).Select(i => new ObjectName(ObjectKind.Index, new Random(i).HexId()))];
        await Task.WhenAll(names.Select((name, i) => storage.PutAsync(name, BitConverter.GetBytes(i), None)));
        string opened = Path.Combine(Root, "index") + "/";

        byte[] content = new byte[4];
        for (int i = 0; i < names.Length; i++)
        {
            await storage.ReadAsync(names[i], 0, content, None);
            Assert.Equal(i, BitConverter.ToInt32(content));
        }

        if (OperatingSystem.IsLinux())
        {
            int count = Directory.GetFiles("/proc/self/fd").Count(
                file => new FileInfo(file).LinkTarget?.StartsWith(opened, StringComparison.Ordinal) == true);
            Assert.InRange(count, 1, 128);
        }
    }

    [SkippableFact]
    public async Task A_full_disk_refuses_the_put_says_so_and_takes_the_next_that_fits()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small tmpfs needs root");
        string small = Directory.CreateDirectory(Path.Combine(_directory.Path, "small")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small);
        try
        {
            await using LocalStorage storage = LocalStorage.Create(StorageAddress.Parse(small));
            byte[] large = new byte[2_000_000];

            StorageFullException e = await Assert.ThrowsAsync<StorageFullException>(
                () => storage.PutAsync(Pack, large, None));

            Assert.Equal(ExitCode.StorageUnavailable, e.ExitCode);
            Assert.Contains(small, e.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(small, "*", SearchOption.AllDirectories));
            await storage.PutAsync(Pack, large.AsMemory(0, 500_000), None);
            Assert.Equal(500_000, await storage.GetLengthAsync(Pack, None));
        }
        finally
        {
            Run("umount", small);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string[] AllFiles() => Directory.GetFiles(Root, "*", new EnumerationOptions
    {
        AttributesToSkip = 0,
        RecurseSubdirectories = true,
    });
}
