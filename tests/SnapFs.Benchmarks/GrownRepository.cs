using System.Globalization;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Benchmarks;

/// <summary>
/// Makes a repository large in one respect, without the data that would make it so: snapshots of an empty directory, domains with
/// one of these each, or an index of packs that are nothing but their length.
/// </summary>
internal static class GrownRepository
{
    private const int ChunksPerPack = 256;
    private const int FewChunksPerPack = 4;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Timestamp FirstStart = new(1_700_000_000, 0);

    /// <summary>Grows a repository.</summary>
    /// <param name="place">Its directory.</param>
    /// <param name="keyFile">A key of an administrator.</param>
    /// <param name="what"><c>snapshots</c>, <c>domains</c>, <c>chunks</c> or <c>packs</c>.</param>
    /// <param name="count">How many.</param>
    internal static async Task GrowAsync(string place, string keyFile, string what, string count)
    {
        await using IStorage storage = await StorageRegistry.OpenAsync(StorageAddress.Parse(place), None);
        int number = int.Parse(count, CultureInfo.InvariantCulture);
        using OpenedRepository opened = await OpenAsync(storage, keyFile);
        switch (what)
        {
            case "snapshots":
                await AddSnapshotsAsync(storage, opened, opened.Keys.Own, number);
                break;
            case "domains":
                await AddDomainsAsync(storage, opened, number);
                using (OpenedRepository again = await OpenAsync(storage, keyFile))
                {
                    foreach (IDomainKeys domain in again.Keys.Domains)
                    {
                        await AddSnapshotsAsync(storage, again, domain, 1);
                    }
                }

                break;
            case "chunks":
                await AddPacksAsync(storage, opened, place, number, ChunksPerPack);
                break;
            case "packs":
                await AddPacksAsync(storage, opened, place, number * FewChunksPerPack, FewChunksPerPack);
                break;
            default:
                throw new ArgumentException($"nothing grows in '{what}'", nameof(what));
        }
    }

    private static async Task<OpenedRepository> OpenAsync(IStorage storage, string keyFile)
    {
        using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(await File.ReadAllTextAsync(keyFile)));
        return await RepositoryOpener.OpenAsync(storage, secret, None);
    }

    private static async Task AddSnapshotsAsync(IStorage storage, OpenedRepository opened, IDomainKeys domain, int count)
    {
        RepositoryConfig config = opened.Config;
        WriterOptions options = new(
            config.Chunks, (int)config.Groups.SmallerThan, (int)config.Groups.Size, config.CompressionLevel);
        using WritingRun run = new(domain, ShortId.Random(), 1);
        await using RepositoryWriter writer = await RepositoryWriter.OpenAsync(storage, run, options, null, None);
        ChunkRef root = new DirectoryEncoder(new PageMemory(), page => writer.Put(ChunkKind.Tree, page)).Finish();
        await writer.FlushAsync();
        for (int i = 0; i < count; i++)
        {
            await SampleRepository.CommitAsync(
                writer, root, "empty", FirstStart with { Seconds = FirstStart.Seconds + (i * 3600L) });
        }
    }

    private static async Task AddDomainsAsync(IStorage storage, OpenedRepository opened, int count)
    {
        AdministratorSecrets authority = opened.Keys.Administrator
            ?? throw new ArgumentException("the key is not that of an administrator", nameof(opened));
        for (int i = 1; i < count; i++)
        {
            using DomainSecrets secrets = DomainSecrets.CreateRandom(authority.Epoch);
            byte[] domain = DomainObject.Encode(ShortId.Random(), isDefault: false, secrets, opened.RepositoryId, authority);
            await storage.PutHashedAsync(KeyNames.StorageName(ObjectId.Of(domain)), domain, None);
        }
    }

    private static async Task AddPacksAsync(
        IStorage storage, OpenedRepository opened, string place, int chunks, int chunksPerPack)
    {
        IDomainKeys domain = opened.Keys.Own;
        using WritingRun run = new(domain, ShortId.Random(), 1);
        byte[] runKey = run.Key(ChunkKind.Data).Sealed;
        for (int first = 0; first < chunks; first += SampleIndex.ChunksPerSegment)
        {
            IndexedPack[] packs =
            [
                .. SampleIndex.Packs(
                    domain.Domain,
                    domain.Epoch,
                    runKey,
                    first,
                    Math.Min(SampleIndex.ChunksPerSegment, chunks - first),
                    chunksPerPack),
            ];
            foreach (IndexedPack pack in packs)
            {
                string path = Path.Combine(
                    place, new ObjectName(ObjectKind.Pack, domain.DomainName, pack.Id.ToString()).RelativePath);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!); // not null: it is below the repository
                using FileStream file = new(path, FileMode.CreateNew);
                file.SetLength(pack.Length);
            }

            await SegmentWriter.WriteAsync(storage, run, ChunkKind.Data, packs, null, None);
        }
    }
}
