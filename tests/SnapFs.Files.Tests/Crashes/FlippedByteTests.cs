using SnapFs.Repository;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Storage;
using SnapFs.Testing.Fuzzing;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>Any byte of any object may change: what is read is right, or the object is named.</summary>
public sealed class FlippedByteTests
{
    [Fact]
    public async Task Any_flipped_byte_gives_right_data_or_names_its_object()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        string key = repository.ExportKey();
        Random random = new(12);
        int noticed = 0;
        List<ObjectInfo> objects = await SmallRepository.ListAsync(repository.Storage);
        Assert.True(objects.Select(info => info.Name.Kind).Distinct().Count() >= 6, "not every kind of object is there");
        foreach (ObjectInfo info in objects)
        {
            for (long offset = 0; offset < info.Length; offset += Step(info, random))
            {
                FlippedStorage flipped = new(repository.Storage, info.Name, offset, (byte)(1 << random.Next(8)));
                List<SnapFsException> problems = await ReadAllAsync(repository, flipped, key);
                Assert.True(
                    problems.Count == 0 ? !MustNotice(info, flipped) : problems.Exists(e => Names(e, info)),
                    $"byte {offset} of {info.Name}: {string.Join("; ", problems.Select(e => e.Message))}");
                noticed += problems.Count > 0 ? 1 : 0;
            }
        }

        Assert.True(noticed > 100, $"only {noticed} flips were noticed");
    }

    [Fact]
    public async Task A_check_that_reads_data_finds_and_names_the_object_of_any_flipped_byte()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        string key = repository.ExportKey();
        Random random = new(13);
        foreach (ObjectInfo info in await SmallRepository.ListAsync(repository.Storage))
        {
            // A lease says only that a run is alive: one that is damaged counts as none.
            for (long offset = 0; offset < info.Length && info.Name.Kind != ObjectKind.Lease; offset += Step(info, random))
            {
                FlippedStorage flipped = new(repository.Storage, info.Name, offset, (byte)(1 << random.Next(8)));
                List<string> findings = await CheckAsync(flipped, key);
                Assert.True(
                    findings.Exists(line => line.Contains(info.Name.RelativePath, StringComparison.Ordinal)),
                    $"byte {offset} of {info.Name}: {string.Join("; ", findings)}");
            }
        }
    }

    private static async Task<List<string>> CheckAsync(IStorage storage, string key)
    {
        try
        {
            using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(key));
            using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);
            CheckReport report = await RepositoryCheck.RunAsync(
                storage, opened, new CheckOptions { ReadData = true }, null, CancellationToken.None);
            Assert.Equal(report.Errors.Count > 0, report.Worst == ErrorKind.Damaged);
            return [.. report.Errors.Select(finding => finding.ToString())];
        }
        catch (SnapFsException e)
        {
            return [e.Message];
        }
    }

    /// <summary>Reading looks at a byte of a pack only where a frame lies, and at no lease; what it looked at, it must
    /// have checked.</summary>
    private static bool MustNotice(ObjectInfo info, FlippedStorage flipped) =>
        flipped.WasRead || info.Name.Kind is ObjectKind.Config or ObjectKind.Key or ObjectKind.Snapshot or ObjectKind.Index;

    private static bool Names(SnapFsException problem, ObjectInfo info) =>
        problem.Message.Contains(info.Name.RelativePath, StringComparison.Ordinal);

    /// <summary>Each byte of small objects in the long run; fewer of them in the short one, and of packs.</summary>
    private static int Step(ObjectInfo info, Random random)
    {
        int most = info.Length < 4096
            ? TestScale.Choose(6, 1)
            : (int)Math.Max(1, info.Length / TestScale.Choose(100, 3000));
        return most == 1 ? 1 : random.Next(1, 2 * most);
    }

    private static async Task<List<SnapFsException>> ReadAllAsync(
        SmallRepository repository, IStorage storage, string key)
    {
        try
        {
            using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(key));
            using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);
            using RepositoryReader reader =
                await RepositoryReader.OpenAsync(storage, opened.Keys, null, CancellationToken.None);
            List<SnapFsException> damaged = repository.Compare(reader);
            Assert.True(reader.Snapshots.Count == 1 || reader.Problems.Count > 0, "the snapshot is gone without a word");
            return [.. opened.Warnings, .. reader.Problems, .. damaged];
        }
        catch (SnapFsException e)
        {
            return [e];
        }
    }
}
