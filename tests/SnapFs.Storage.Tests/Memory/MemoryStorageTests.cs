using SnapFs.Storage;

namespace SnapFs.Tests;

public sealed class MemoryStorageTests : StorageContractTests
{
    protected override IStorage CreateEmpty() => new MemoryStorage();
}
