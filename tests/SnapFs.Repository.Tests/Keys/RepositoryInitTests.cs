using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
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
        Assert.Equal(made.Keys.Own.IndexKey(1), opened.Keys.Own.IndexKey(1));
        Assert.Equal(made.Keys.Own.Gear, opened.Keys.Own.Gear);
        Assert.Equal(made.Keys.Own.Signer, opened.Keys.Own.Signer);
        Assert.Equal(KeyRole.Administrator, opened.Keys.Role);
        Assert.True(opened.Keys.Own.CanRead);
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
        IDomainKeys writer = made.Keys.Own;
        IDomainKeys reader = opened.Keys.Own;

        using RunKey key = writer.NewRunKey(kind);
        byte[] secret = new byte[RunKey.Length];
        byte[] signature = writer.Sign(FormatKind.Pack, "bytes"u8);

        Assert.Equal(1212, key.Sealed.Length);
        Assert.True(reader.TryOpenRunKey(kind, 1, key.Sealed, secret));
        Assert.Equal(key.Secret, secret);
        Assert.False(reader.TryOpenRunKey(kind, 2, key.Sealed, secret));
        Assert.False(reader.TryOpenRunKey(kind == ChunkKind.Data ? ChunkKind.Tree : ChunkKind.Data, 1, key.Sealed, secret));
        Assert.Equal(ObjectTrust.Signed, Trust(FormatKind.Pack, writer.Signer, "bytes"u8));
        Assert.Equal(ObjectTrust.None, Trust(FormatKind.Index, writer.Signer, "bytes"u8));
        Assert.Equal(ObjectTrust.None, Trust(FormatKind.Pack, writer.Signer, "Bytes"u8));
        Assert.Equal(ObjectTrust.None, Trust(FormatKind.Pack, default, "bytes"u8));

        ObjectTrust Trust(FormatKind objectKind, ShortId signer, ReadOnlySpan<byte> bytes) => reader.Verify(new ObjectClaim
        {
            Kind = objectKind,
            Domain = reader.Domain,
            Signer = signer,
            Bytes = bytes,
            Signature = signature,
        });
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
        await storage.PutAsync(new ObjectName(kind, new string('d', 32), new string('a', 64)), new byte[1], None);

        RepositoryExistsException e =
            await Assert.ThrowsAsync<RepositoryExistsException>(() => TestRepository.CreateAsync(storage));

        Assert.Contains("restore its 'config-…'", e.Message, StringComparison.Ordinal);
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
