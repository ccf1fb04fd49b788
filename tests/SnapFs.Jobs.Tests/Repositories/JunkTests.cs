using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Checks;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>Who may only put objects leaves what he likes under names that fit: nobody is hindered, and a check names it.</summary>
public sealed class JunkTests : IDisposable
{
    private const int EpochAt = 24;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly LocalRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_backup_passes_over_what_nobody_signed_and_a_check_finds_no_damage()
    {
        await _repository.InitialiseAsync();
        await _repository.CommitAsync();
        await using RepositoryConnection connection = await _repository.ConnectAsync();
        List<ObjectName> named = [];
        foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Key, ObjectKind.Snapshot, ObjectKind.Pack])
        {
            foreach (byte[] junk in Junk(connection.Opened.Keys.OwnDomain, kind))
            {
                ObjectName name = ObjectName.FromHash(
                    kind, ObjectName.HasDomain(kind) ? connection.Opened.Keys.OwnDomain : string.Empty, SHA256.HashData(junk));
                await connection.Storage.PutAsync(name, junk, None);
                named.AddRange(kind == ObjectKind.Pack ? [] : [name]);
            }
        }

        await _repository.CommitAsync();

        await using RepositoryConnection again = await _repository.ConnectAsync();
        CheckReport report = await RepositoryCheck.RunAsync(
            again.Storage, again.Opened, new CheckOptions { ReadData = true }, null, None);
        Assert.True(report.Errors.Count == 0, string.Join("; ", report.Errors));
        Assert.All(named, name => Assert.Contains(
            report.Notes, note => note.ToString().Contains(name.RelativePath, StringComparison.Ordinal)));
    }

    /// <summary>Noise, and what is formed like the beginning of an object and names an epoch that nobody has.</summary>
    private static IEnumerable<byte[]> Junk(string domain, ObjectKind kind)
    {
        Random random = new((int)kind);
        yield return random.BytesOf(5000);
        byte[] pack = [.. "SNFS"u8, 10, 1, 2, 0, .. Convert.FromHexString(domain), .. random.BytesOf(5000)];
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(EpochAt), 12345);
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(EpochAt + sizeof(uint)), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(pack.Length - sizeof(uint)), 500); // the length of its footer
        yield return pack;
    }
}
