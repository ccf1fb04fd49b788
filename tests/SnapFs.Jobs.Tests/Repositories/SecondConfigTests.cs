using System.Security.Cryptography;
using SnapFs.Repository;
using SnapFs.Storage;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>Who may put objects can put a config of a repository of his own beside another: that locks nobody out.</summary>
public sealed class SecondConfigTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Each_secret_opens_its_own_repository_of_two_in_one_place()
    {
        using MemoryRepository own = await MemoryRepository.CreateAsync("ours");
        using MemoryRepository other = await MemoryRepository.CreateAsync("theirs");
        foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Key, ObjectKind.Config])
        {
            foreach (ObjectInfo info in await MemoryRepository.ListAsync(other.Storage, kind))
            {
                await own.Storage.PutAsync(info.Name, await other.Storage.GetAsync(info.Name, int.MaxValue, None), None);
            }
        }

        foreach ((MemoryRepository repository, string password) in
            ((MemoryRepository, string)[])[(own, "ours"), (other, "theirs")])
        {
            using OpenedRepository byPassword = await MemoryRepository.OpenAsync(own.Storage, password);
            Assert.Equal(repository.Opened.RepositoryId, byPassword.RepositoryId);
            Assert.Empty(byPassword.Warnings);
            using OpenedRepository byKey = await MemoryRepository.OpenWithKeyFileAsync(own.Storage, repository.KeyFile);
            Assert.Equal(repository.Opened.RepositoryId, byKey.RepositoryId);
            Assert.Empty(byKey.Warnings);
        }

        await Assert.ThrowsAsync<WrongKeyException>(() => MemoryRepository.OpenAsync(own.Storage, "neither"));
    }

    [Fact]
    public async Task Many_configs_that_are_none_hide_neither_the_passphrase_nor_the_key_file()
    {
        using MemoryRepository own = await MemoryRepository.CreateAsync("ours");
        byte[] config = await own.Storage.GetAsync(
            Assert.Single(await MemoryRepository.ListAsync(own.Storage, ObjectKind.Config)).Name, int.MaxValue, None);
        for (byte i = 0; i < 40; i++)
        {
            byte[] junk = i % 2 == 0 ? [i, 1, 2, 3] : [.. config, i];
            await own.Storage.PutAsync(
                ObjectName.FromHash(ObjectKind.Config, string.Empty, SHA256.HashData(junk)), junk, None);
        }

        using OpenedRepository byPassword = await MemoryRepository.OpenAsync(own.Storage, "ours");
        using OpenedRepository byKey = await MemoryRepository.OpenWithKeyFileAsync(own.Storage, own.KeyFile);

        Assert.Equal(own.Opened.RepositoryId, byPassword.RepositoryId);
        Assert.Equal(own.Opened.RepositoryId, byKey.RepositoryId);
    }
}
