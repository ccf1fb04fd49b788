using SnapFs.Storage;

namespace SnapFs.Tests;

public sealed class StorageRegistryTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryDirectory _directory = new();

    private StorageAddress Address => StorageAddress.Parse(Path.Combine(_directory.Path, "repository"));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(ObjectKind.Config)]
    [InlineData(ObjectKind.PreviewConfig)]
    public async Task A_repository_is_where_a_config_is(ObjectKind kind)
    {
        Assert.False(await StorageRegistry.HoldsRepositoryAsync(Address, None));
        await using IStorage storage = await StorageRegistry.CreateAsync(Address, None);
        Assert.False(await StorageRegistry.HoldsRepositoryAsync(Address, None));

        await storage.PutAsync(SampleNames.Of(ObjectKind.Snapshot, new string('c', 64)), new byte[1], None);
        Assert.False(await StorageRegistry.HoldsRepositoryAsync(Address, None));

        ObjectName config = kind == ObjectKind.Config ? SampleNames.Of(kind, new string('c', 64)) : ObjectName.PreviewConfig;
        await storage.PutAsync(config, new byte[1], None);

        Assert.True(await StorageRegistry.HoldsRepositoryAsync(Address, None));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_no_repository_and_is_not_made()
    {
        StorageNotFoundException e =
            await Assert.ThrowsAsync<StorageNotFoundException>(() => StorageRegistry.OpenAsync(Address, None));

        Assert.Equal(ErrorKind.NoRepository, e.Kind);
        Assert.Contains(Address.Path, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Address.Path));
    }

    [Fact]
    public async Task A_storage_says_where_it_is()
    {
        await using IStorage storage = await StorageRegistry.CreateAsync(Address, None);

        Assert.Equal(Address.Path, storage.Location);
        Assert.Equal(Address.Path, storage.LocalRoot);
    }
}
