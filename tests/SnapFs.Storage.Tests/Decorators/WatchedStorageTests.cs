using SnapFs.Objects;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class WatchedStorageContractTests : StorageContractTests
{
    protected override IStorage CreateEmpty() => new WatchedStorage(new MemoryStorage(), _ => { }, _ => { });
}

public sealed class WatchedStorageTests
{
    private static readonly ObjectName Name = SampleNames.Pack(ObjectId.Of("content"u8).ToString());

    private readonly List<string> _told = [];

    [Fact]
    public async Task It_tells_what_was_done_and_not_what_was_tried()
    {
        FaultyStorage faulty = new(new MemoryStorage(), failCall: 0, FaultMode.Before);
        await using WatchedStorage storage = new(
            faulty, name => _told.Add($"+ {name.Id}"), name => _told.Add($"- {name.Id}"));

        await Assert.ThrowsAnyAsync<SnapFsException>(() => storage.PutAsync(Name, "content"u8.ToArray(), default));
        Assert.Empty(_told);
        await storage.PutAsync(Name, "content"u8.ToArray(), default);
        await storage.HealAsync(Name, "content"u8.ToArray(), default);
        await storage.DeleteAsync(Name, default);
        await storage.HealAsync(Name, "content"u8.ToArray(), default);

        Assert.Equal([$"+ {Name.Id}", $"- {Name.Id}", $"+ {Name.Id}"], _told);
    }
}
