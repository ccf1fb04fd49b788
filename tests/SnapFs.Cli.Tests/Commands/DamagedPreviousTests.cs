using SnapFs.Cli.Hosting;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Storage;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>One snapshot that cannot be read must not end the backups that come after it.</summary>
public sealed class DamagedPreviousTests
{
    private const byte SnapshotKind = 11;
    private const int SignatureLength = 64;

    [Fact]
    public async Task A_backup_goes_on_after_a_snapshot_whose_body_is_damaged_and_says_so()
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        string file = repository.Write("data/file", "content");
        string data = repository["data"];
        await repository.ExpectAsync(ExitCode.Success, "backup", data);
        string damaged = await DamageBodyAsync(repository);

        await repository.ExpectAsync(ExitCode.Success, "backup", data);
        Assert.Contains($"snapshots/{damaged} is damaged", repository.Cli.Error, StringComparison.Ordinal);
        Assert.Contains("continues it by its name", repository.Cli.Error, StringComparison.Ordinal);

        Assert.Equal("content", await repository.ExpectAsync(ExitCode.Success, "cat", $"latest:{file}"));
        await repository.ExpectAsync(ExitCode.Success, "backup", data);
        Assert.DoesNotContain("damaged", repository.Cli.Error, StringComparison.Ordinal);
    }

    /// <summary>Puts the same head with a body that does not decrypt, signed as an agent would.</summary>
    /// <returns>The id of the snapshot.</returns>
    private static async Task<string> DamageBodyAsync(TestRepository repository)
    {
        string folder = Path.Combine(repository["repo"], "snapshots");
        string path = Assert.Single(Directory.GetFiles(folder));
        byte[] content = await File.ReadAllBytesAsync(path);
        using RepositorySecret.Password secret = new("secret");
        await using IStorage storage =
            await StorageRegistry.OpenAsync(StorageAddress.Parse(repository["repo"]), CancellationToken.None);
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);
        content[^(SignatureLength + 1)] ^= 1;
        byte[] signed = content[..^SignatureLength];
        byte[] whole = [.. signed, .. opened.Keys.Domain.Sign(SnapshotKind, signed)];
        string id = ObjectId.Of(whole).ToString();
        File.Delete(path);
        await File.WriteAllBytesAsync(Path.Combine(folder, id), whole);
        return id;
    }
}
