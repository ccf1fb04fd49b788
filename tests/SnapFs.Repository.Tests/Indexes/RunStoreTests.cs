using System.Security.Cryptography;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RunStoreTests : IAsyncLifetime
{
    private static readonly WriterOptions Options = new(ChunkLimits.Default, 0, 1, 1);

    private readonly TestDomainKeys _keys = new();
    private readonly MemoryStorage _storage = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-runs-").FullName;
    private readonly byte[][] _plain = [.. Enumerable.Range(0, 400).Select(_ => RandomNumberGenerator.GetBytes(64))];
    private readonly List<string> _reports = [];

    public async Task InitializeAsync()
    {
        await using (RepositoryWriter writer = await RepositoryWriter.OpenAsync(_storage, _keys.NewRun(), Options, null, default))
        {
            Array.ForEach(_plain, bytes => writer.Put(ChunkKind.Data, bytes));
            await writer.FlushAsync();
        }

        (await OpenAsync()).Dispose();
        Assert.Empty(_reports);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_chunk_is_found_through_the_file()
    {
        _ = Assert.Single(Runs());
        await using ForbiddenIndexStorage forbidden = new(_storage);

        await AssertAllAsync(forbidden);

        Assert.Empty(_reports);
    }

    [Fact]
    public async Task A_byte_flipped_anywhere_costs_time_and_one_warning_only()
    {
        byte[] whole = await File.ReadAllBytesAsync(Assert.Single(Runs()));
        for (int i = 0; i < whole.Length; i += 61)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= 0x10;
            await File.WriteAllBytesAsync(Assert.Single(Runs()), flipped);
            _reports.Clear();

            await AssertAllAsync(_storage);

            Assert.Single(_reports);
            (await OpenAsync()).Dispose(); // makes the file anew
        }
    }

    [Fact]
    public async Task A_header_that_counts_more_than_its_file_holds_takes_no_memory()
    {
        string path = Assert.Single(Runs());
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(20, 4 * sizeof(uint)).Fill(0xFF);
        bytes.AsSpan(40, 4).Fill(0xFF);
        await File.WriteAllBytesAsync(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(RunFile.TryOpen(path, Owner));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public async Task A_file_cut_off_anywhere_costs_time_and_one_warning_only()
    {
        byte[] whole = await File.ReadAllBytesAsync(Assert.Single(Runs()));
        for (int i = 0; i < whole.Length; i += 997)
        {
            await File.WriteAllBytesAsync(Assert.Single(Runs()), whole[..i]);
            _reports.Clear();

            await AssertAllAsync(_storage);

            Assert.Single(_reports);
        }
    }

    [Fact]
    public async Task A_file_that_is_cut_off_while_it_is_in_use_costs_time_only()
    {
        using RepositoryReader reader = await OpenAsync();
        string cut = Assert.Single(Runs());
        using (FileStream file = new(cut, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(100);
        }

        AssertAll(reader);

        Assert.Single(_reports);
        Assert.DoesNotContain(cut, Runs());
    }

    [Fact]
    public async Task A_file_that_is_deleted_while_it_is_in_use_stays_readable()
    {
        using RepositoryReader reader = await OpenAsync();
        Directory.Delete(Index, recursive: true);

        AssertAll(reader);

        Assert.Empty(_reports);
    }

    [Fact]
    public async Task A_file_that_is_intact_but_wrong_is_read_anew_before_anything_is_called_damaged()
    {
        // As a program with a fault could have written it: the right segments, none of their chunks.
        ObjectId segment = default;
        long length = 0;
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Index, default))
        {
            segment = ObjectId.Read(Convert.FromHexString(info.Name.Id));
            length = info.Length;
        }

        RunStore store = new(new LocalCache(_directory).Of(_keys.DomainName), Owner);
        store.Clear();
        using IndexRunBuilder wrong = new();
        wrong.AddObject(new CoveredObject { Id = segment, Length = length });
        Assert.NotNull(store.Save(ChunkKind.Data, wrong.WriteTo));
        string path = Assert.Single(Runs());

        await AssertAllAsync(_storage);

        Assert.DoesNotContain(path, Runs());
    }

    [Fact]
    public async Task A_directory_that_was_removed_is_made_again_for_its_owner_only()
    {
        Directory.Delete(_directory, recursive: true);

        (await OpenAsync()).Dispose();

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Index));
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task A_file_in_place_of_a_directory_costs_time_and_one_warning_only()
    {
        foreach (string place in (string[])[Index, _directory])
        {
            Directory.Delete(place, recursive: true);
            await File.WriteAllTextAsync(place, "in the way");
            _reports.Clear();

            await AssertAllAsync(_storage);

            Assert.Single(_reports);
            File.Delete(place);
            Directory.CreateDirectory(place);
        }
    }

    [Fact]
    public async Task A_run_of_another_repository_is_not_believed()
    {
        using IndexRunBuilder run = IndexSamples.Builder(IndexSamples.Segment(1));
        string path = RunFile.Write(Path.Combine(_directory, "foreign"), ChunkKind.Data, ObjectId.Of("another"u8), run.WriteTo);

        Assert.Null(RunFile.TryOpen(path, Owner));
        Assert.NotNull(RunFile.TryOpen(path, ObjectId.Of("another"u8)));
        await Task.CompletedTask;
    }

    private async Task AssertAllAsync(IStorage storage)
    {
        using RepositoryReader reader = await OpenAsync(storage);
        AssertAll(reader);
    }

    private void AssertAll(RepositoryReader reader)
    {
        using FrameCache frames = new(reader, 1 << 20, prefetchThreads: 0);
        byte[] id = new byte[ChunkId.Length];
        foreach (byte[] bytes in _plain)
        {
            _keys.Hasher(ChunkKind.Data).Hash(bytes, id);
            using ChunkLease lease = frames.Acquire(ChunkKind.Data, ChunkId.Read(id));
            Assert.Equal(bytes, lease.Span.ToArray());
        }
    }

    /// <summary>Whose index the runs are of.</summary>
    private ObjectId Owner => ObjectId.Of([.. _keys.RepositoryId.Span, .. _keys.Domain.ToArray()]);

    private string Index => Path.Combine(_directory, _keys.DomainName, "index");

    private string[] Runs() => Directory.GetFiles(Index, "*.run");

    private Task<RepositoryReader> OpenAsync() => OpenAsync(_storage);

    private Task<RepositoryReader> OpenAsync(IStorage storage) =>
        RepositoryReader.OpenAsync(storage, [_keys], new LocalCache(_directory, _reports.Add), default);

    /// <summary>Gives everything but index segments.</summary>
    private sealed class ForbiddenIndexStorage(MemoryStorage inner) : IStorage
    {
        public string Location => inner.Location;

        public string? LocalRoot => inner.LocalRoot;

        public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.HealAsync(name, content, cancellationToken);

        public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

        public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.PutAsync(name, content, cancellationToken);

        public Task ReadAsync(
            ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(name, offset, destination, cancellationToken);

        public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
            name.Kind == ObjectKind.Index
                ? throw new InvalidOperationException("a segment is read although the cache has it")
                : inner.GetAsync(name, maxLength, cancellationToken);

        public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
            inner.GetLengthAsync(name, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(
            ObjectKind kind, string domain, string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(kind, domain, prefix, cancellationToken);

        public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
            inner.DeleteAsync(name, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
