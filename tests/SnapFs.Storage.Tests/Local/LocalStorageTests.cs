using System.Diagnostics;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

/// <summary>What a local repository promises beyond the contract: how its files lie on the disk.</summary>
public sealed class LocalStorageTests : IDisposable
{
    private static readonly ObjectName Pack = SampleNames.Pack("3f" + new string('a', 62));
    private static readonly ObjectName Config = SampleNames.Of(ObjectKind.Config, new string('c', 64));
    private static readonly string PackFolder = Path.Combine("packs", SampleNames.Domain, "3f");
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryDirectory _directory = new();

    private StorageAddress Address => StorageAddress.Parse(Root);

    private string Root => Path.Combine(_directory.Path, "repository");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(ObjectKind.Config, "config-ID")]
    [InlineData(ObjectKind.Key, "keys/ID")]
    [InlineData(ObjectKind.Mark, "gc/ID")]
    [InlineData(ObjectKind.Snapshot, "snapshots/DOMAIN/ID")]
    [InlineData(ObjectKind.Index, "index/DOMAIN/ID")]
    [InlineData(ObjectKind.Pack, "packs/DOMAIN/cc/ID")]
    public async Task Objects_lie_where_the_format_says(ObjectKind kind, string path)
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        ObjectName name = SampleNames.Of(kind, new string('c', 64));
        await storage.PutAsync(name, "content"u8.ToArray(), None);

        string file = path.Replace("DOMAIN", name.Domain, StringComparison.Ordinal).Replace("ID", name.Id, StringComparison.Ordinal);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Root, file)));
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
        foreach (string folder in (string[])["packs", Path.Combine("packs", SampleNames.Domain), PackFolder])
        {
            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Root, folder)));
        }
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
        string folder = Directory.CreateDirectory(Path.Combine(Root, PackFolder)).FullName;
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
        string folder = Path.Combine(Root, PackFolder);
        string[] foreign =
        [
            ".tmp-0", "notes.txt", new string('A', 64), new string('a', 63), new string('a', 65),
            "ab" + new string('a', 62) /* belongs into another folder */,
        ];
        foreach (string name in foreign)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), "foreign");
        }

        Directory.CreateDirectory(Path.Combine(Root, "packs", SampleNames.Domain, "zz"));
        await File.WriteAllTextAsync(
            Path.Combine(Root, "packs", SampleNames.Domain, "00"), "a file where a folder should be");
        await File.WriteAllTextAsync(
            Path.Combine(Root, "packs", new string('6', ObjectName.ShortIdLength)), "a file where a domain should be");
        string preview = Directory.CreateDirectory(Path.Combine(Root, "packs", "3f")).FullName;
        await File.WriteAllTextAsync(Path.Combine(preview, Pack.Id), "a pack where previews had them");

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

        Assert.Equal(ErrorKind.StorageUnavailable, e.Kind);
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

    /// <summary>An init that was killed leaves keys, which nobody can use: it may be repeated.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_repository_is_made_where_an_init_was_stopped_but_not_beside_somebody_s_own_keys(bool ofInit)
    {
        string keys = Path.Combine(Root, "keys");
        Directory.CreateDirectory(keys);
        File.WriteAllText(Path.Combine(keys, new string('a', 64)), "a key");
        File.WriteAllText(Path.Combine(keys, ofInit ? ".tmp-0123" : "id_ed25519"), "half a key");

        if (ofInit)
        {
            await using LocalStorage storage = LocalStorage.Create(Address);
            Assert.Equal(Root, storage.Location);
        }
        else
        {
            Assert.Throws<StorageUnavailableException>(() => LocalStorage.Create(Address));
        }

        Assert.Equal(2, AllFiles().Length);
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

    [SkippableTheory]
    [InlineData("a fifo")]
    [InlineData("a directory")]
    [InlineData("a link that leads nowhere")]
    [InlineData("a loop of links")]
    [InlineData("a socket")]
    [InlineData("a device")]
    public async Task What_has_the_place_of_an_object_is_listed_and_its_damage_and_never_waited_for(string what)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the files of Linux");
        Skip.If(what == "a device" && !Environment.IsPrivilegedProcess, "making a device needs root");
        await using LocalStorage storage = LocalStorage.Create(Address);
        ObjectName whole = SampleNames.Pack("3f" + new string('b', 62));
        await storage.PutAsync(whole, new byte[3], None);
        await storage.PutAsync(Pack, new byte[1], None);
        string path = Path.Combine(Root, Pack.RelativePath);
        File.Delete(path);
        MakeOdd(what, path);

        foreach (Func<Task> read in (Func<Task>[])
            [
                () => storage.ReadAsync(Pack, 0, new byte[1], None),
                () => ((IStorage)storage).ReadRangesAsync(Pack, [new ReadRange(0, new byte[1])], None),
                () => storage.GetAsync(Pack, 100, None),
                () => storage.GetLengthAsync(Pack, None),
            ])
        {
            ObjectUnreadableException e = await Assert.ThrowsAsync<ObjectUnreadableException>(read);
            Assert.Equal(ErrorKind.Damaged, e.Kind);
            Assert.Equal(what, e.What);
        }

        await Assert.ThrowsAsync<ObjectExistsException>(() => storage.PutAsync(Pack, new byte[1], None));
        List<ObjectInfo> listed = await ListAsync(storage, ObjectKind.Pack);
        Assert.Equal(0, Assert.Single(listed, info => info.Name == Pack).Length);
        Assert.Equal(3, Assert.Single(listed, info => info.Name == whole).Length);
    }

    [Fact]
    public async Task A_directory_in_the_place_of_the_repository_that_was_opened_is_unavailable_in_every_call()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Config, new byte[9], None);
        await storage.PutAsync(StorageCalls.Pack, "content"u8.ToArray(), None);
        Directory.Move(Root, Root + "-away");
        Directory.CreateDirectory(Root);

        foreach ((string call, Func<IStorage, CancellationToken, Task<object?>> run) in StorageCalls.All)
        {
            StorageUnavailableException e =
                await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => run(storage, None));
            Assert.True(e.Message.Contains(Root, StringComparison.Ordinal), $"{call}: {e.Message}");
            Assert.Contains("is its disk mounted?", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_repository_that_went_away_is_unavailable_in_every_call_and_nothing_is_made_there()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Config, new byte[9], None);
        Directory.Move(Root, Root + "-away");

        foreach (Func<IStorage, CancellationToken, Task<object?>> run in StorageCalls.All.Values)
        {
            StorageUnavailableException e =
                await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => run(storage, None));
            Assert.Contains("is its disk mounted?", e.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task A_repository_that_comes_back_with_other_numbers_is_known_by_its_config()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Config, new byte[9], None);
        await storage.PutAsync(Pack, new byte[5], None);
        Directory.Move(Root, Root + "-away");
        await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => ListAsync(storage, ObjectKind.Pack));

        Directory.CreateDirectory(Path.Combine(Root, PackFolder));
        foreach (string name in (string[])[Config.RelativePath, Pack.RelativePath])
        {
            File.Copy(Path.Combine(Root + "-away", name), Path.Combine(Root, name));
        }

        Assert.Equal(Pack, Assert.Single(await ListAsync(storage, ObjectKind.Pack)).Name);
        await storage.PutAsync(SampleNames.Of(ObjectKind.Index, new string('a', 64)), new byte[1], None);
    }

    [Fact]
    public async Task Another_repository_in_the_place_of_the_one_that_was_opened_is_unavailable()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Config, new byte[9], None);
        Directory.Move(Root, Root + "-away");
        Directory.CreateDirectory(Root);
        ObjectName other = SampleNames.Of(ObjectKind.Config, new string('d', 64));
        await File.WriteAllBytesAsync(Path.Combine(Root, other.RelativePath), new byte[9]);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => ListAsync(storage, ObjectKind.Config));

        // A copy to which somebody has put another config is the same repository still.
        File.Copy(Path.Combine(Root + "-away", Config.RelativePath), Path.Combine(Root, Config.RelativePath));
        Assert.Equal(2, (await ListAsync(storage, ObjectKind.Config)).Count);
    }

    [SkippableFact]
    public async Task A_link_to_a_folder_of_packs_that_leads_nowhere_is_an_error_of_the_listing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs links");
        await using LocalStorage storage = LocalStorage.Create(Address);
        File.CreateSymbolicLink(Path.Combine(Root, "packs"), Path.Combine(_directory.Path, "unplugged"));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => ListAsync(storage, ObjectKind.Pack));
        await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => storage.PutAsync(Pack, new byte[1], None));
        Assert.False(Directory.Exists(Path.Combine(_directory.Path, "unplugged")));
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.SetGroup | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute, true)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute, false)]
    [InlineData(UnixFileMode.SetGroup, false)]
    public async Task A_repository_is_shared_with_the_group_of_a_directory_that_says_so(UnixFileMode group, bool isShared)
    {
        Skip.If(OperatingSystem.IsWindows(), "needs modes");
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string above = Directory.CreateDirectory(Path.Combine(_directory.Path, "above")).FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(above, Owner | group);
        }

        string root = Path.Combine(above, "repository");
        await using LocalStorage storage = LocalStorage.Create(StorageAddress.Parse(root));
        await storage.PutAsync(Pack, new byte[1], None);

        string file = Assert.Single(Directory.GetFiles(root, "*", SearchOption.AllDirectories));
        UnixFileMode shared = isShared ? UnixFileMode.GroupRead : 0;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | shared, new FileInfo(file).UnixFileMode);
        for (string? folder = Path.GetDirectoryName(file); folder != above; folder = Path.GetDirectoryName(folder))
        {
            Assert.Equal(Owner | (isShared ? group : group & UnixFileMode.SetGroup), new DirectoryInfo(folder!).UnixFileMode);
        }
    }

    [SkippableFact]
    public async Task A_folder_that_may_not_be_read_is_an_error_and_not_empty()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new SkipException("needs modes and users of Linux");
        }

        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[1], None);
        const UnixFileMode Everybody = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string folder = Path.Combine(Root, PackFolder);
        foreach (string path in (string[])
            [_directory.Path, Root, Path.Combine(Root, "packs"), Path.Combine(Root, "packs", SampleNames.Domain)])
        {
            File.SetUnixFileMode(path, Owner | Everybody);
        }

        File.SetUnixFileMode(folder, UnixFileMode.None);
        LocalRoot root = LocalRoot.Find(Root);
        using LocalReader reader = new(root, new LocalErrors(root));
        OrdinaryUser.Run(() =>
        {
            Assert.Equal([PackFolder], reader.FoldersOf(ObjectKind.Pack, "", ""));
            Assert.Throws<StorageUnavailableException>(() => reader.List(PackFolder, ObjectKind.Pack, ""));
            Assert.Equal(Pack, Assert.Throws<ObjectReadException>(() => reader.Get(Pack, 1)).Name);
            Assert.Equal(Pack, Assert.Throws<ObjectReadException>(() => reader.GetLength(Pack)).Name);
        });
        File.SetUnixFileMode(folder, Owner);
    }

    [SkippableFact]
    public async Task Cleaning_up_follows_no_link_out_of_the_repository()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs links");
        string home = Directory.CreateDirectory(Path.Combine(_directory.Path, "home", "3f")).FullName;
        string old = Path.Combine(home, ".tmp-old");
        await File.WriteAllTextAsync(old, "somebody's");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddYears(-1));
        string linkedDomain = Directory.CreateDirectory(
            Path.Combine(_directory.Path, "home", new string('6', ObjectName.ShortIdLength))).FullName;
        string unfinished = Path.Combine(linkedDomain, ".tmp-old");
        await File.WriteAllTextAsync(unfinished, "somebody's");
        File.SetLastWriteTimeUtc(unfinished, DateTime.UtcNow.AddYears(-1));
        string target = Path.Combine(_directory.Path, "target");
        await File.WriteAllTextAsync(target, "somebody's");
        File.SetLastWriteTimeUtc(target, DateTime.UtcNow.AddYears(-1));

        await using (LocalStorage storage = LocalStorage.Create(Address))
        {
            string packs = Directory.CreateDirectory(Path.Combine(Root, "packs", SampleNames.Domain)).FullName;
            string index = Directory.CreateDirectory(Path.Combine(Root, "index", SampleNames.Domain)).FullName;
            File.CreateSymbolicLink(Path.Combine(packs, "3f"), home);
            File.CreateSymbolicLink(Path.Combine(index, ".tmp-link"), target);
            File.CreateSymbolicLink(Path.Combine(Root, "snapshots"), Path.GetDirectoryName(home)!);
            await storage.PutAsync(Pack, new byte[1], None);
            await storage.PutAsync(SampleNames.Of(ObjectKind.Index, new string('a', 64)), new byte[1], None);
            await storage.PutAsync(
                new ObjectName(ObjectKind.Snapshot, Path.GetFileName(linkedDomain), new string('a', 64)), new byte[1], None);
        }

        Assert.True(File.Exists(old));
        Assert.True(File.Exists(unfinished));
        Assert.True(File.Exists(target));
    }

    [SkippableFact]
    public async Task What_is_being_written_is_never_taken_for_what_a_crash_left()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs locks of files");
        string folder = Directory.CreateDirectory(Path.Combine(Root, PackFolder)).FullName;
        string slow = Path.Combine(folder, ".tmp-slow");
        await using (FileStream writer = new(slow, FileMode.CreateNew, FileAccess.Write, FileShare.None)) // locks it
        {
            File.SetLastWriteTimeUtc(writer.SafeFileHandle, DateTime.UtcNow.AddDays(-3));
            await using LocalStorage storage = LocalStorage.Open(Address);

            await storage.PutAsync(Pack, new byte[1], None);

            Assert.True(File.Exists(slow));
        }
    }

    [SkippableFact]
    public async Task Files_that_nobody_reads_any_more_are_closed()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "counts in /proc");
        await using LocalStorage storage = LocalStorage.Create(Address);
        await storage.PutAsync(Pack, new byte[10], None);
        ManualClock clock = new();
        using FileHandleCache cache = new(4, TimeSpan.FromSeconds(15), clock);
        FileHandleCache.Return(cache.Borrow(Pack, name => File.OpenHandle(Path.Combine(Root, name.RelativePath))));

        clock.Fire();
        Assert.NotNull(cache.TryBorrow(Pack) is { } file ? Returned(file) : null);
        clock.Fire(); // it was used since
        Assert.NotNull(cache.TryBorrow(Pack) is { } again ? Returned(again) : null);
        clock.Fire();
        clock.Fire();

        Assert.Null(cache.TryBorrow(Pack));

        static object Returned(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
        {
            FileHandleCache.Return(handle);
            return handle;
        }
    }

    [Fact]
    public async Task A_cancelled_put_is_not_published_even_when_its_memory_is_used_for_something_else()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        using LocalDirectory root = LocalDirectory.OpenRoot(Root);
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();

        Assert.Throws<OperationCanceledException>(() => LocalFolder.TryPut(root, "name", new byte[10], stop.Token));

        Assert.Empty(AllFiles());
    }

    [Fact]
    public async Task More_objects_than_files_may_stay_open_are_read()
    {
        await using LocalStorage storage = LocalStorage.Create(Address);
        ObjectName[] names = [.. Enumerable.Range(0, 400).Select(i => SampleNames.Of(ObjectKind.Index, new Random(i).HexId()))];
        await Task.WhenAll(names.Select((name, i) => storage.PutAsync(name, BitConverter.GetBytes(i), None)));
        string opened = Path.Combine(Root, "index", SampleNames.Domain) + "/";

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

            Assert.Equal(ErrorKind.StorageFull, e.Kind);
            Assert.Equal(28, e.Errno); // ENOSPC
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

    private static async Task<List<ObjectInfo>> ListAsync(IStorage storage, ObjectKind kind)
    {
        List<ObjectInfo> objects = [];
        await foreach (ObjectInfo info in storage.ListAsync(kind, None))
        {
            objects.Add(info);
        }

        return objects;
    }

    private static void MakeOdd(string what, string path)
    {
        switch (what)
        {
            case "a fifo":
                Run("mkfifo", path);
                break;
            case "a directory":
                Directory.CreateDirectory(path);
                break;
            case "a link that leads nowhere":
                File.CreateSymbolicLink(path, "nowhere");
                break;
            case "a loop of links":
                File.CreateSymbolicLink(path, path);
                break;
            case "a socket":
                using (System.Net.Sockets.Socket socket = new(
                    System.Net.Sockets.AddressFamily.Unix,
                    System.Net.Sockets.SocketType.Stream,
                    System.Net.Sockets.ProtocolType.Unspecified))
                {
                    string bound = path[..^40]; // the address of a socket has at most 107 bytes
                    socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(bound));
                    File.Move(bound, path);
                }

                break;
            default:
                Run("mknod", path, "c", "1", "5");
                break;
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
