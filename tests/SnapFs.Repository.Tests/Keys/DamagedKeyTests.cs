using SnapFs.Objects;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

/// <summary>Damage in <c>config</c> and <c>keys/</c>, as a storage would do it.</summary>
public sealed class DamagedKeyTests : OpenRepositoryTest
{
    [Fact]
    public async Task Any_byte_flipped_in_a_key_object_is_detected_and_named()
    {
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Key, None))
        {
            names.Add(info.Name);
        }

        Assert.Equal(7, names.Count);
        foreach (ObjectName name in names)
        {
            byte[] content = await Storage.GetAsync(name, 4096, None);
            for (int i = 0; i < content.Length; i += 7)
            {
                content[i] ^= 0x80;
                await ReplaceAsync(name, content);
                KeyStore keys = await KeyStore.LoadAsync(
                    Storage, Repository.RepositoryId, Repository.Config.RootPublicKey, None);
                SnapFsException problem = Assert.Single(keys.Problems);
                Assert.Contains(name.RelativePath, problem.Message, StringComparison.Ordinal);
                content[i] ^= 0x80;
            }

            await ReplaceAsync(name, content);
        }
    }

    [Fact]
    public async Task Any_byte_flipped_in_config_is_detected_and_named()
    {
        ObjectName name = new(ObjectKind.Config, Repository.RepositoryId.ToString());
        byte[] content = await Storage.GetAsync(name, 4096, None);
        for (int i = 0; i < content.Length; i++)
        {
            content[i] ^= 1;
            await ReplaceAsync(name, content);
            DamagedException e = await Assert.ThrowsAsync<DamagedException>(
                () => RepositoryConfigs.FindAsync(Storage, null, None));
            Assert.StartsWith("config-", e.Message, StringComparison.Ordinal);
            content[i] ^= 1;
        }
    }

    [Fact]
    public async Task A_missing_key_object_is_said_to_be_missing()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(key.Format()));
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Key, None))
        {
            names.Add(info.Name);
        }

        int refused = 0;
        foreach (ObjectName name in names.Where(name => name.Id != Repository.Keys.Slot.ToString()))
        {
            byte[] content = await Storage.GetAsync(name, 4096, None);
            await Storage.DeleteAsync(name, None);
            try
            {
                // The root's own objects are not needed; all that the epoch names is missed aloud.
                using OpenedRepository opened = await RepositoryOpener.OpenAsync(Storage, secret, None);
                Assert.Equal(content[4] == (byte)FormatKind.Administrator, opened.Warnings.Count > 0);
            }
            catch (SnapFsException e)
            {
                Assert.True(e is DamagedException or WrongKeyException, e.ToString());
                refused++;
            }

            await Storage.PutAsync(name, content, None);
        }

        Assert.Equal(3, refused); // the epoch, the domain, and what was granted to this administrator
    }

    /// <summary>A key on paper is found to be of no use before it is needed.</summary>
    [Fact]
    public async Task A_check_says_which_administrator_can_open_nothing()
    {
        CheckReport whole = await RepositoryCheck.RunAsync(Storage, Repository, new CheckOptions(), null, None);
        Assert.Empty(whole.Errors);
        KeyStore keys = await KeyStore.LoadAsync(Storage, Repository.RepositoryId, Repository.Config.RootPublicKey, None);
        KeyObject grant = keys.OfKind(FormatKind.Grant)
            .Single(key => Grant.Decode(key).Recipient == ShortId.OfKey(Repository.Config.RootRecipientKey.Span));
        await Storage.DeleteAsync(KeyNames.StorageName(grant.Id), None);

        CheckReport report = await RepositoryCheck.RunAsync(Storage, Repository, new CheckOptions(), null, None);

        CheckFinding finding = Assert.Single(report.Errors);
        Assert.Contains("administrator 'root'", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_epoch_is_damage_and_no_missing_passphrase()
    {
        await foreach (ObjectInfo info in Storage.ListAsync(ObjectKind.Key, None))
        {
            if ((await Storage.GetAsync(info.Name, 1 << 20, None))[4] == (byte)FormatKind.Epoch)
            {
                await Storage.DeleteAsync(info.Name, None);
            }
        }

        DamagedException e = await Assert.ThrowsAsync<DamagedException>(() => TestRepository.OpenAsync(Storage));

        Assert.Contains("epoch", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_objects_of_an_interrupted_init_are_passed_over()
    {
        await using MemoryStorage other = new();
        using OpenedRepository foreign = await TestRepository.CreateAsync(other);
        await foreach (ObjectInfo info in other.ListAsync(ObjectKind.Key, None))
        {
            await Storage.PutAsync(info.Name, await other.GetAsync(info.Name, 4096, None), None);
        }

        using OpenedRepository opened = await TestRepository.OpenAsync(Storage);
        Assert.Equal(Repository.RepositoryId, opened.RepositoryId);
        Assert.Empty(opened.Warnings);
    }

    private async Task ReplaceAsync(ObjectName name, byte[] content)
    {
        await Storage.DeleteAsync(name, None);
        await Storage.PutAsync(name, content, None);
    }
}
