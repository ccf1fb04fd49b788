using SnapFs.Jobs.Connections;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Testing;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>A machine does not believe a repository that shows it an older epoch than it did before.</summary>
public sealed class RememberedEpochTests : IDisposable
{
    private const uint Epoch = 70_000;

    private static readonly ObjectId Id = ObjectId.Of("a repository"u8);

    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-epoch-").FullName;
    private readonly List<string> _reports = [];

    private string File => Path.Combine(_directory, "epoch");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void An_older_epoch_is_refused_and_a_newer_one_remembered()
    {
        Require(Epoch);
        Require(Epoch);
        Require(Epoch + 12);

        JobException refused = Assert.Throws<JobException>(() => Require(Epoch));

        Assert.Equal(ErrorKind.Damaged, refused.Kind);
        Assert.Contains($"is {Epoch}, and this machine has seen {Epoch + 12}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(File, refused.Message, StringComparison.Ordinal);
        Assert.Contains("a copy that was not brought up to date", refused.Message, StringComparison.Ordinal);
        System.IO.File.Delete(File);
        Require(Epoch);
        Assert.Empty(_reports);
    }

    [Fact]
    public void What_was_torn_or_is_of_another_repository_refuses_nothing()
    {
        Require(Epoch);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Require(1);
        }

        Random random = new(1);
        for (int i = 0; i < 1000; i++)
        {
            byte[] flipped = [.. whole];
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            System.IO.File.WriteAllBytes(File, flipped);
            Require(1);
            System.IO.File.WriteAllBytes(File, random.BytesOf(random.Next(1000)));
            Require(1);
        }

        Require(Epoch);
        RememberedEpoch.Require(Cache(), ObjectId.Of("another"u8), 1);
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_place_that_cannot_be_used_is_reported_and_refuses_nothing()
    {
        Directory.CreateDirectory(File);

        Require(Epoch);

        Assert.Single(_reports);
    }

    [Fact]
    public void A_file_that_is_written_is_never_seen_in_part_and_leaves_no_other()
    {
        Require(1);
        using Stream reader = System.IO.File.OpenRead(File);
        string first = System.IO.File.ReadAllText(File);

        Require(Epoch);

        Assert.Equal(first, new StreamReader(reader).ReadToEnd()); // what was there is still whole
        Assert.Equal(File, Assert.Single(Directory.GetFiles(_directory)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task A_repository_that_has_gone_back_is_not_opened()
    {
        using LocalRepository repository = new();
        await repository.InitialiseAsync();
        string file;
        await using (RepositoryConnection connection = await repository.ConnectAsync())
        {
            LocalCache cache = connection.Cache!;
            RememberedEpoch.Require(cache, connection.Opened.RepositoryId, connection.Opened.Keys.NewestEpoch + 1);
            file = Path.Combine(cache.Directory, "epoch");
        }

        await Assert.ThrowsAsync<JobException>(repository.ConnectAsync);

        System.IO.File.Delete(file);
        await (await repository.ConnectAsync()).DisposeAsync();
    }

    private void Require(uint epoch) => RememberedEpoch.Require(Cache(), Id, epoch);

    private LocalCache Cache() => new(_directory, _reports.Add);
}
