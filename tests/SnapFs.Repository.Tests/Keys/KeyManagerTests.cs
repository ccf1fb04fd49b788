using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

public sealed class KeyManagerTests : OpenRepositoryTest
{
    private KeyManager Manager => new(Storage, Repository);

    [Fact]
    public async Task An_added_passphrase_opens_beside_the_first()
    {
        using RepositorySecret.Password second = new("second");
        ObjectId added = await Manager.AddAsync(second, "office", Argon2Parameters.Minimum, None);

        using OpenedRepository bySecond = await TestRepository.OpenAsync(Storage, "second");
        using OpenedRepository byFirst = await TestRepository.OpenAsync(Storage);

        Assert.Equal(added, bySecond.Keys.Slot);
        Assert.NotEqual(added, byFirst.Keys.Slot);
        IReadOnlyList<Slot> slots = await Manager.ListAsync(None);
        Assert.Equal(["", "office"], slots.Select(slot => slot.Label).Order());
        Assert.Equal(added, (await Manager.FindAsync("office", None)).Id);
        Assert.Equal(added, (await Manager.FindAsync(added.ToString()[..8], None)).Id);
        await Assert.ThrowsAsync<SlotNotFoundException>(() => Manager.FindAsync(added.ToString()[..7], None));
    }

    [Fact]
    public async Task A_changed_passphrase_replaces_the_old_one_and_keeps_its_label()
    {
        using RepositorySecret.Password changed = new("changed");
        ObjectId id = await Manager.ChangeAsync(Repository.Keys.Slot!.Value, changed, Argon2Parameters.Minimum, None);

        using OpenedRepository opened = await TestRepository.OpenAsync(Storage, "changed");
        Assert.Equal(id, opened.Keys.Slot);
        await Assert.ThrowsAsync<WrongKeyException>(() => TestRepository.OpenAsync(Storage));
        Assert.Single(await Manager.ListAsync(None));
    }

    [Fact]
    public async Task The_last_passphrase_is_not_removed()
    {
        ObjectId only = Repository.Keys.Slot!.Value;
        await Assert.ThrowsAsync<LastSlotException>(() => Manager.RemoveAsync(only, None));
        await Assert.ThrowsAsync<SlotNotFoundException>(() => Manager.RemoveAsync(ObjectId.Of("no slot"u8), None));
        using RepositorySecret.Password second = new("second");
        await Manager.AddAsync(second, "", Argon2Parameters.Minimum, None);

        await Manager.RemoveAsync(only, None);

        await Assert.ThrowsAsync<WrongKeyException>(() => TestRepository.OpenAsync(Storage));
        using OpenedRepository opened = await TestRepository.OpenAsync(Storage, "second");
        Assert.Equal(Repository.RepositoryId, opened.RepositoryId);
    }

    [Fact]
    public async Task A_damaged_slot_is_named_and_does_not_hinder_the_others()
    {
        using RepositorySecret.Password second = new("second");
        ObjectId added = await Manager.AddAsync(second, "", Argon2Parameters.Minimum, None);
        ObjectName name = KeyNames.StorageName(added);
        byte[] content = await Storage.GetAsync(name, 4096, None);
        content[^1] ^= 1;
        await Storage.DeleteAsync(name, None);
        await Storage.PutAsync(name, content, None);

        using OpenedRepository byFirst = await TestRepository.OpenAsync(Storage);
        DamagedException e = await Assert.ThrowsAsync<DamagedException>(() => TestRepository.OpenAsync(Storage, "second"));

        Assert.Equal($"keys/{added}", e.Subject);
        Assert.Contains(byFirst.Warnings, warning => warning.Message.Contains(added.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8 * 1024, 2)]
    [InlineData(64 * 1024, 1)]
    [InlineData(8 * 1024 * 1024, 2)]
    [InlineData(64 * 1024, 65)]
    public async Task A_passphrase_that_would_be_too_cheap_or_too_costly_is_not_added(uint memory, uint passes)
    {
        using RepositorySecret.Password second = new("second");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Manager.AddAsync(second, "", new Argon2Parameters(memory, passes), None));
        Assert.Single(await Manager.ListAsync(None));
    }

    [Fact]
    public async Task An_exported_key_opens_without_a_passphrase()
    {
        using KeyFile exported = Manager.Export();
        using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(exported.Format()));
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(Storage, secret, None);

        Assert.NotNull(opened.Keys.Administrator);
        Assert.Null(opened.Keys.Slot);
        Assert.Equal(Repository.Keys.Own.Signer, opened.Keys.Own.Signer);
    }

    [Fact]
    public async Task A_key_file_of_another_repository_is_refused()
    {
        await using MemoryStorage other = new();
        using OpenedRepository second = await TestRepository.CreateAsync(other);
        using RepositorySecret.FromKeyFile secret = new(Manager.Export());

        WrongKeyException e =
            await Assert.ThrowsAsync<WrongKeyException>(() => RepositoryOpener.OpenAsync(other, secret, None));
        Assert.Contains("another repository", e.Message, StringComparison.Ordinal);
    }
}
