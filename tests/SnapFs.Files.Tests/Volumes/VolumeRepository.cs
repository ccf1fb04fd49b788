using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Importing;
using SnapFs.Afs.Names;
using SnapFs.Caches;
using SnapFs.Files.Tests.Crashes;
using SnapFs.Files.Tests.Support;
using SnapFs.Objects;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Files.Tests.Volumes;

/// <summary>A repository in memory that dumps are taken into, as the command does it.</summary>
internal sealed class VolumeRepository : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly SmallRepository _repository;
    private readonly TemporaryDirectory _scratch = new();

    private VolumeRepository(SmallRepository repository) => _repository = repository;

    internal MemoryStorage Storage => _repository.Storage;

    internal SmallRepository Repository => _repository;

    internal string ScratchDirectory => _scratch.Make("scratch");

    internal static async Task<VolumeRepository> CreateAsync() => new(await SmallRepository.CreateAsync());

    /// <summary>Takes a dump in.</summary>
    internal async Task<SnapshotHead> ImportAsync(
        IStorage storage, Stream dump, SnapshotHead? predecessor, bool salvage = false)
    {
        await using LeaseKeeper lease =
            await LeaseKeeper.StartAsync(storage, _repository.Keys, LeaseKind.Backup, TimeProvider.System, None);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, _repository.Keys, null, None);
        RepositoryConfig config = _repository.Opened.Config;
        WriterOptions options = new(
            config.Chunks, (int)config.Groups.SmallerThan, (int)config.Groups.Size, config.CompressionLevel);
        using WritingRun run = reader.BeginRun(lease.Run);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(reader, run, options, None);
        using FrameCache frames = new(reader, 32 << 20, 0);
        VolumeImportOptions how = new()
        {
            ScratchDirectory = ScratchDirectory,
            PathText = path => Encoding.Latin1.GetString(path),
            Salvage = salvage,
        };
        using VolumeImport import = new(how, dump, writer, writer.Chunker);
        DumpFacts facts = DumpFacts.Of(import.Header, import.Volume);
        VolumeBefore? before = predecessor is null
            ? null
            : new VolumeBefore(predecessor.Root, new TreePageCache(frames, 8 << 20), frames);
        VolumeImportResult result = import.Run(facts, PtsNames.Parse("alice 1001 -204 -204\n"u8.ToArray()), before, None);
        await writer.FlushAsync();
        await lease.HeartbeatAsync(None);
        SnapshotHead head = new()
        {
            Id = default,
            Host = "cell",
            Source = facts.Name,
            Started = result.Backup.Started,
            Ended = result.Backup.Ended,
            Agent = "snapfs test",
            Root = result.Backup.Root,
            Statistics = result.Backup.Statistics with { BytesAdded = writer.BytesAdded, BytesStored = writer.BytesStored },
            Volume = new SnapshotVolume
            {
                Cell = "cell",
                Name = facts.Name,
                Id = facts.VolumeId,
                Full = predecessor is null ? null : predecessor.Volume?.Full ?? predecessor.Id,
                Predecessor = predecessor?.Id,
            },
            Dump = result.Dump,
        };
        SnapshotBody body = new()
        {
            RootNode = result.Backup.RootNode,
            Paths = result.Backup.Paths,
            Problems = result.Backup.Problems,
        };
        ObjectId id = await writer.CommitAsync(lease.LastNumber, head, body, None);
        await lease.EndAsync(None);
        return head with { Id = id };
    }

    internal Task<SnapshotHead> ImportAsync(Stream dump, SnapshotHead? predecessor = null, bool salvage = false) =>
        ImportAsync(Storage, dump, predecessor, salvage);

    internal Task<RepositoryReader> OpenReaderAsync() =>
        RepositoryReader.OpenAsync(Storage, _repository.Keys, null, None);

    public void Dispose()
    {
        _repository.Dispose();
        _scratch.Dispose();
    }
}
