using SnapFs.Storage;

namespace SnapFs.Tests;

public sealed class LocalStorageContractTests : StorageContractTests, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _count;

    public void Dispose() => _directory.Dispose();

    protected override IStorage CreateEmpty() =>
        LocalStorage.Create(StorageAddress.Parse(Path.Combine(_directory.Path, $"repository-{_count++}")));
}
