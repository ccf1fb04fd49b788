using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Tests.Checks;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Snapshots;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Reading;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HeadCacheTests : OpenRepositoryTest
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-cache-").FullName;

    private string FileName => Path.Combine(_directory, Keys.DomainName, "heads");

    [Fact]
    public async Task Snapshots_are_read_from_the_storage_once()
    {
        List<ObjectId> ids = [];
        for (byte i = 0; i < 3; i++)
        {
            ids.Add(await SampleBackup.RunAsync(Storage, Repository, i));
        }

        Assert.Equal(ids.ToHashSet(), await OpenAsync());

        // The storage still lists them, but what it would give could not be read.
        foreach (ObjectId id in ids)
        {
            ObjectName name = new(ObjectKind.Snapshot, Keys.DomainName, id.ToString());
            await Storage.DeleteAsync(name, None);
            await Storage.PutAsync(name, "unreadable"u8.ToArray(), None);
        }

        Assert.Equal(ids.ToHashSet(), await OpenAsync());
    }

    [Fact]
    public async Task New_snapshots_are_added_and_those_that_are_gone_are_not_shown()
    {
        ObjectId first = await SampleBackup.RunAsync(Storage, Repository, 1);
        await OpenAsync();
        ObjectId second = await SampleBackup.RunAsync(Storage, Repository, 2);
        await OpenAsync();
        await Storage.DeleteAsync(new ObjectName(ObjectKind.Snapshot, Keys.DomainName, first.ToString()), None);

        Assert.Equal([second], await OpenAsync());
    }

    [Fact]
    public async Task Any_byte_flipped_or_cut_off_costs_time_only()
    {
        HashSet<ObjectId> ids = [await SampleBackup.RunAsync(Storage, Repository, 1), await SampleBackup.RunAsync(Storage, Repository, 2)];
        await OpenAsync();
        byte[] whole = await File.ReadAllBytesAsync(FileName);
        for (int i = 0; i < whole.Length; i += 3)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x40;
            await File.WriteAllBytesAsync(FileName, changed);
            Assert.Equal(ids, await OpenAsync());
            await File.WriteAllBytesAsync(FileName, whole[..i]);
            Assert.Equal(ids, await OpenAsync());
        }
    }

    [Fact]
    public void Heads_of_snapshots_that_are_gone_do_not_fill_the_file_for_ever()
    {
        HeadCache cache = NewCache();
        List<SnapshotHead> heads = [.. Enumerable.Range(0, 20).Select(i => SampleSnapshot.Head() with
        {
            Id = ObjectId.Of([(byte)i]),
            Signer = Keys.Signer,
            Agent = new string('x', 20_000),
        })];
        cache.Load(new HashSet<ObjectId>());
        cache.Save(heads, []);
        long full = new FileInfo(FileName).Length;
        HashSet<ObjectId> left = [heads[7].Id];

        Dictionary<ObjectId, SnapshotHead> found = cache.Load(left);
        cache.Save([], found.Values);

        Assert.Equal(heads[7].Agent, Assert.Single(found).Value.Agent);
        Assert.InRange(new FileInfo(FileName).Length, 20_000, full / 10);
        Assert.Equal(left, NewCache().Load(left).Keys.ToHashSet());
    }

    [Fact]
    public async Task A_snapshot_that_was_kept_is_not_shown_when_its_signer_is_trusted_no_more()
    {
        ObjectId id = await SampleBackup.RunAsync(Storage, Repository, 1);
        Assert.Equal([id], await OpenAsync());

        Repository.Keys.Signers.Add(new Revocation(Keys.Signer, "stolen"));

        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task The_file_is_private_and_a_directory_that_cannot_be_written_is_no_error()
    {
        ObjectId id = await SampleBackup.RunAsync(Storage, Repository, 1);
        await OpenAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileName));

        File.Delete(FileName);
        Directory.CreateDirectory(FileName);
        Assert.Equal([id], await OpenAsync());
    }

    private protected override void CleanUp() => Directory.Delete(_directory, recursive: true);

    private HeadCache NewCache() => new(new LocalCache(_directory).Of(Keys.DomainName), Keys);

    private async Task<HashSet<ObjectId>> OpenAsync()
    {
        using RepositoryReader reader = await RepositoryReader.OpenAsync(Storage, [Keys], new LocalCache(_directory), None);
        Assert.Empty(reader.UnreadSnapshots);
        return [.. reader.Snapshots.Select(head => head.Id)];
    }
}
