using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Cli.Hosting;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Testing;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>One snapshot that cannot be read must not end the backups that come after it.</summary>
public sealed class DamagedPreviousTests : IAsyncLifetime
{
    private const byte SnapshotKind = 13;
    private const int HeaderLength = 8;

    private readonly TestRepository _repository = new();

    private string Data => _repository["data"];

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        _repository.Write("data/file", "content");
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data);
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_backup_goes_on_after_a_snapshot_whose_body_is_damaged()
    {
        string damaged = await ChangeBodyAsync(isSigned: true);
        await _repository.ExpectAsync(ExitCode.Damaged, "ls", Path.GetFileName(damaged)[..16]);
        Assert.Contains($"{damaged} is damaged", _repository.Cli.Error, StringComparison.Ordinal);

        await _repository.ExpectAsync(ExitCode.Success, "backup", Data);

        Assert.Equal("content", await _repository.ExpectAsync(ExitCode.Success, "cat", $"latest:{Data}/file"));
        await _repository.ExpectAsync(ExitCode.Damaged, "check");
        Assert.Contains(damaged, _repository.Cli.Output + _repository.Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_with_another_body_than_was_signed_is_passed_over_and_named_by_a_check()
    {
        string forged = await ChangeBodyAsync(isSigned: false);

        Assert.Equal("0 snapshots\n", await _repository.ExpectAsync(ExitCode.Success, "snapshots"));
        Assert.Empty(_repository.Cli.Error);
        await _repository.ExpectAsync(ExitCode.Success, "backup", Data);

        Assert.Equal("content", await _repository.ExpectAsync(ExitCode.Success, "cat", $"latest:{Data}/file"));
        await _repository.ExpectAsync(ExitCode.Success, "check", "-v");
        Assert.Contains(forged, _repository.Cli.Output + _repository.Cli.Error, StringComparison.Ordinal);
    }

    /// <summary>Replaces the snapshot by one of the same head with a body that does not decrypt.</summary>
    /// <param name="isSigned">Whether an administrator signs that.</param>
    /// <returns>The path of the snapshot below the repository.</returns>
    private async Task<string> ChangeBodyAsync(bool isSigned)
    {
        string root = _repository["repo"];
        string path = Assert.Single(Directory.GetFiles(Path.Combine(root, "snapshots"), "*", SearchOption.AllDirectories));
        byte[] content = await File.ReadAllBytesAsync(path);
        int head = HeaderLength + sizeof(uint) + BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(HeaderLength));
        int hash = head + sizeof(uint) + BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(head));
        int signature = hash + SHA256.HashSizeInBytes;
        content[^1] ^= 1;
        if (isSigned)
        {
            SHA256.HashData(content.AsSpan(signature + Signing.SignatureLength), content.AsSpan(hash));
            new HandSigner(await File.ReadAllTextAsync(_repository["key"])).Sign(
                SnapshotKind, content.AsSpan(0, signature), content.AsSpan(signature, Signing.SignatureLength));
        }

        string changed = Path.Combine(Path.GetDirectoryName(path)!, ObjectId.Of(content).ToString()); // it lies in a folder
        File.Delete(path);
        await File.WriteAllBytesAsync(changed, content);
        return Path.GetRelativePath(root, changed);
    }
}
