using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
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

    /// <summary>Somebody who holds the storage, or a copy that is made without deletions, puts all back that was ever there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_passphrase_comes_back_with_objects_that_were_there_before(int seed)
    {
        Random random = new(seed);
        Dictionary<ObjectName, byte[]> kept = [];
        for (int step = 0; step < 8; step++)
        {
            await KeepAsync(kept);
            IReadOnlyList<Slot> slots = await Manager.ListAsync(None);
            ObjectId one = slots[random.Next(slots.Count)].Id;
            using RepositorySecret.Password password = new($"password {step}");
            switch (random.Next(3))
            {
                case 0:
                    await Manager.AddAsync(password, $"{step}", Argon2Parameters.Minimum, None);
                    break;
                case 1 when slots.Count > 1:
                    await Manager.RemoveAsync(one, None);
                    break;
                default:
                    await Manager.ChangeAsync(one, password, Argon2Parameters.Minimum, None);
                    break;
            }
        }

        ObjectId[] before = [.. (await Manager.ListAsync(None)).Select(slot => slot.Id)];
        foreach ((ObjectName name, byte[] content) in kept)
        {
            await Storage.PutAsync(name, content, None);
        }

        Assert.Equal(before, (await Manager.ListAsync(None)).Select(slot => slot.Id));
        await Assert.ThrowsAsync<WrongKeyException>(() => TestRepository.OpenAsync(Storage));
        using RepositorySecret.FromKeyFile secret = new(Manager.Export());
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(Storage, secret, None);
        Assert.Empty(opened.Warnings);
        Assert.True(opened.Keys.Own.MaySign(opened.Keys.Own.Signer, FormatKind.Snapshot));
    }

    [Fact]
    public async Task A_removed_passphrase_stays_removed_when_its_slot_is_put_back()
    {
        using RepositorySecret.Password second = new("second");
        await Manager.AddAsync(second, "", Argon2Parameters.Minimum, None);
        ObjectId first = Repository.Keys.Slot!.Value;
        byte[] content = await Storage.GetAsync(KeyNames.StorageName(first), 4096, None);

        await Manager.RemoveAsync(first, None);

        await Storage.PutAsync(KeyNames.StorageName(first), content, None);
        await Assert.ThrowsAsync<WrongKeyException>(() => TestRepository.OpenAsync(Storage));
        using OpenedRepository opened = await TestRepository.OpenAsync(Storage, "second");
        Assert.Empty(opened.Warnings);
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

    private async Task KeepAsync(Dictionary<ObjectName, byte[]> kept)
    {
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Key, None))
        {
            kept[info.Name] = await Storage.GetAsync(info.Name, 1 << 20, None);
        }
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
