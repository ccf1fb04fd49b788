using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

public sealed class RepositoryInitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_new_repository_opens_with_its_passphrase_and_has_the_same_keys()
    {
        await using MemoryStorage storage = new();
        using OpenedRepository made = await TestRepository.CreateAsync(storage);
        using OpenedRepository opened = await TestRepository.OpenAsync(storage);

        Assert.Equal(made.RepositoryId, opened.RepositoryId);
        Assert.Equal(made.Config.Created.ToUnixTimeSeconds(), opened.Config.Created.ToUnixTimeSeconds());
        Assert.Equal(ChunkLimits.Default, opened.Config.Chunks);
        Assert.Equal(made.Keys.Domain.IndexKey, opened.Keys.Domain.IndexKey);
        Assert.Equal(made.Keys.Domain.Gear, opened.Keys.Domain.Gear);
        Assert.Equal(made.Keys.Domain.Signer, opened.Keys.Domain.Signer);
        Assert.True(opened.Keys.Domain.CanRead);
        Assert.NotNull(opened.Keys.Administrator);
        Assert.Empty(opened.Warnings);
    }

    [Theory]
    [InlineData(ChunkKind.Data)]
    [InlineData(ChunkKind.Tree)]
    public async Task What_is_sealed_and_signed_opens_and_verifies_after_opening_again(ChunkKind kind)
    {
        await using MemoryStorage storage = new();
        using OpenedRepository made = await TestRepository.CreateAsync(storage);
        using OpenedRepository opened = await TestRepository.OpenAsync(storage);
        byte[] secret = RandomNumberGenerator.GetBytes(32);

        byte[] box = made.Keys.Domain.SealTo(kind, secret);
        byte[] signature = made.Keys.Domain.Sign(8, "bytes"u8);
        byte[] plain = new byte[32];

        Assert.Equal(80, box.Length);
        Assert.True(opened.Keys.Domain.TryOpenSealed(kind, 1, box, plain));
        Assert.Equal(secret, plain);
        Assert.False(opened.Keys.Domain.TryOpenSealed(kind, 2, box, plain));
        Assert.False(opened.Keys.Domain.TryOpenSealed(kind == ChunkKind.Data ? ChunkKind.Tree : ChunkKind.Data, 1, box, plain));
        SignerId signer = made.Keys.Domain.Signer;
        Assert.True(opened.Keys.Domain.Verify(8, signer, "bytes"u8, signature));
        Assert.False(opened.Keys.Domain.Verify(9, signer, "bytes"u8, signature));
        Assert.False(opened.Keys.Domain.Verify(8, signer, "Bytes"u8, signature));
        Assert.False(opened.Keys.Domain.Verify(8, default, "bytes"u8, signature));
        Assert.True(opened.Keys.Domain.MaySignFor(signer, "any host"));
        Assert.False(opened.Keys.Domain.MaySignFor(default, "any host"));
    }

    [Fact]
    public async Task A_second_init_changes_nothing()
    {
        await using MemoryStorage storage = new();
        using OpenedRepository made = await TestRepository.CreateAsync(storage);

        await Assert.ThrowsAsync<RepositoryExistsException>(() => TestRepository.CreateAsync(storage));

        using OpenedRepository opened = await TestRepository.OpenAsync(storage);
        Assert.Equal(made.RepositoryId, opened.RepositoryId);
    }

    [Theory]
    [InlineData(ObjectKind.Snapshot)]
    [InlineData(ObjectKind.Index)]
    [InlineData(ObjectKind.Pack)]
    public async Task Init_refuses_a_place_where_a_repository_lost_its_config(ObjectKind kind)
    {
        await using MemoryStorage storage = new();
        await storage.PutAsync(new ObjectName(kind, new string('a', 64)), new byte[1], None);

        RepositoryExistsException e =
            await Assert.ThrowsAsync<RepositoryExistsException>(() => TestRepository.CreateAsync(storage));

        Assert.Contains("restore 'config'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_config_there_is_no_repository()
    {
        await using MemoryStorage storage = new();

        NoRepositoryException e =
            await Assert.ThrowsAsync<NoRepositoryException>(() => TestRepository.OpenAsync(storage));

        Assert.Equal(ErrorKind.NoRepository, e.Kind);
    }

    [Fact]
    public async Task A_wrong_passphrase_is_told_apart_from_damage()
    {
        await using MemoryStorage storage = new();
        using OpenedRepository made = await TestRepository.CreateAsync(storage);

        WrongKeyException e =
            await Assert.ThrowsAsync<WrongKeyException>(() => TestRepository.OpenAsync(storage, "other"));

        Assert.Equal(ErrorKind.WrongKey, e.Kind);
    }
}
