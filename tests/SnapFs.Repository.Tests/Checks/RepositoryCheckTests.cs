using System.Text;
using SnapFs.Objects;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Storage;
using SnapFs.Testing.Damage;
using Xunit;

namespace SnapFs.Repository.Tests.Checks;

public sealed class RepositoryCheckTests : OpenRepositoryTest
{
    private static readonly CheckOptions Thorough = new() { ReadData = true };

    [Fact]
    public async Task A_sound_repository_has_no_findings()
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        await SampleBackup.RunAsync(Storage, Repository, 100);

        CheckReport report = await CheckAsync(Thorough);

        Assert.Empty(report.Errors);
        Assert.Empty(report.Notes);
        Assert.Empty(report.Affected);
        Assert.Null(report.Worst);
        Assert.Equal(2, report.Snapshots.Count);
        Assert.Equal(4, report.TreePages);
        Assert.Equal(4, report.Segments);
        Assert.Equal(4, report.Packs);
        Assert.Equal(4, report.PacksRead);
    }

    [Theory]
    [InlineData(ObjectKind.Pack)]
    [InlineData(ObjectKind.Index)]
    [InlineData(ObjectKind.Snapshot)]
    [InlineData(ObjectKind.Key)]
    public async Task Any_byte_flipped_in_a_stored_object_is_detected_and_named(ObjectKind kind)
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        List<ObjectName> names = await NamesAsync(kind);
        Assert.NotEmpty(names);
        foreach (ObjectName name in names)
        {
            byte[] content = await Storage.GetAsync(name, 1 << 20, None);
            for (int i = 0; i < content.Length; i++)
            {
                content[i] ^= 0x20;
                await ReplaceAsync(name, content);
                CheckReport report = await CheckAsync(Thorough);
                Assert.True(
                    report.Errors.Any(error => error.ToString().Contains(name.RelativePath, StringComparison.Ordinal)),
                    $"byte {i} of {name} was not found");
                Assert.Equal(ErrorKind.Damaged, report.Worst);
                content[i] ^= 0x20;
            }

            await ReplaceAsync(name, content);
        }
    }

    [Fact]
    public async Task A_heads_object_is_no_finding_but_if_it_says_what_a_snapshot_does_not_begin_with()
    {
        ObjectId first = await SampleBackup.RunAsync(Storage, Repository, 1);
        ObjectId second = await SampleBackup.RunAsync(Storage, Repository, 100);
        using WritingRun run = new(Keys, ShortId.Random(), 1);
        byte[] bytes = await Storage.GetAsync(SnapshotCodec.StorageName(Keys, first), 1 << 20, None);
        await PutHeadsAsync(new HeadsEntry(first, bytes), new HeadsEntry(first, bytes.AsMemory(0, 500)));

        CheckReport sound = await CheckAsync(Thorough);
        ObjectName lying = await PutHeadsAsync(new HeadsEntry(second, bytes));
        CheckReport report = await CheckAsync(Thorough);

        Assert.Empty(sound.Errors);
        Assert.Empty(sound.Notes);
        Assert.Equal(4, sound.Segments);
        Assert.Equal(lying.RelativePath, Assert.Single(report.Errors).Subject);
        Assert.Equal(2, report.Snapshots.Count);

        async Task<ObjectName> PutHeadsAsync(params HeadsEntry[] entries)
        {
            byte[] content = HeadsCodec.Encode(run, entries);
            ObjectName name = new(ObjectKind.Index, Keys.DomainName, ObjectId.Of(content).ToString());
            await Storage.PutAsync(name, content, None);
            return name;
        }
    }

    [Fact]
    public async Task A_damaged_heads_object_may_be_moved_away()
    {
        using WritingRun run = new(Keys, ShortId.Random(), 1);
        byte[] content = HeadsCodec.Encode(run, [new HeadsEntry(default, new byte[100])]);
        ObjectName name = new(ObjectKind.Index, Keys.DomainName, ObjectId.Of(content).ToString());
        content[^1] ^= 1;
        await Storage.PutAsync(name, content, None);

        CheckFinding error = Assert.Single((await CheckAsync(Thorough)).Errors);

        Assert.Equal(name.RelativePath, error.Subject);
        Assert.Equal(Advice.DamagedHeads, error.Advice);
    }

    [Fact]
    public async Task What_an_agent_says_of_snapshots_and_nobody_believes_is_a_note()
    {
        TestDomainKeys keys = new();
        using WritingRun run = keys.ForAgent("agent").NewRun();
        byte[] content = HeadsCodec.Encode(run, [new HeadsEntry(default, new byte[100]), new HeadsEntry(default, new byte[99])]);
        CheckReport report = new();

        await new HeadsCheck(Storage, report).RunAsync(keys, content, ObjectId.Of(content), "heads", None);

        Assert.Empty(report.Errors);
        Assert.StartsWith("2 of its entries", Assert.Single(report.Notes).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_data_pack_is_named_with_the_files_it_held()
    {
        ObjectId snapshot = await SampleBackup.RunAsync(Storage, Repository, 1);
        foreach (ObjectName pack in await NamesAsync(ObjectKind.Pack))
        {
            byte[] content = await Storage.GetAsync(pack, 1 << 20, None);
            await Storage.DeleteAsync(pack, None);

            CheckReport report = await CheckAsync(new CheckOptions());

            CheckFinding error = Assert.Single(report.Errors);
            Assert.Equal(pack.RelativePath, error.Subject);
            Assert.Equal("it is missing", error.What);
            Assert.NotEmpty(report.Affected);
            Assert.Equal(report.Affected.Count, PathsOf(report, snapshot).Length);
            string[] paths = [.. report.Affected.Select(file => Encoding.UTF8.GetString(file.Path.Span))];
            Assert.True(paths is ["/"] || paths.Order().SequenceEqual(["/d/large", "/d/listed", "/d/sparse"]), string.Join(' ', paths));
            await Storage.PutAsync(pack, content, None);
        }
    }

    [Fact]
    public async Task What_is_damaged_is_named_in_every_snapshot_that_shares_it()
    {
        ObjectId first = await SampleBackup.RunAsync(Storage, Repository, 1);
        List<ObjectName> packs = await NamesAsync(ObjectKind.Pack);
        ObjectId[] sharing =
        [
            first,
            await SampleBackup.RunAsync(Storage, Repository, 1, "e"),
            await SampleBackup.RunAsync(Storage, Repository, 1, "f"),
        ];
        await SampleBackup.RunAsync(Storage, Repository, 100, "e");
        foreach (ObjectName pack in packs)
        {
            byte[] content = await Storage.GetAsync(pack, 1 << 20, None);
            await Storage.DeleteAsync(pack, None);

            CheckReport report = await CheckAsync(new CheckOptions());

            await Storage.PutAsync(pack, content, None);
            Assert.Equal(sharing.Order(ById), report.Snapshots.Where(one => !one.IsWhole).Select(one => one.Head.Id).Order(ById));
            string[][] below = [.. sharing.Select(snapshot => PathsOf(report, snapshot))];
            Assert.Equal(below[1], below[2]);
            Assert.True(below[0] is ["/"] && below[1] is ["/d"] || below[0].SequenceEqual(below[1]), string.Join(' ', below[0]));
        }
    }

    [Fact]
    public async Task An_affected_file_is_named_once_with_the_snapshots_that_have_it()
    {
        List<ObjectId> whole = [];
        ObjectId[] first =
        [
            await SampleBackup.RunAsync(Storage, Repository, 1, "e"),
            await SampleBackup.RunAsync(Storage, Repository, 1, "e"),
        ];
        List<ObjectName> packs = await NamesAsync(ObjectKind.Pack);
        whole.Add(await SampleBackup.RunAsync(Storage, Repository, 100, "e"));
        ObjectId[] again = [await SampleBackup.RunAsync(Storage, Repository, 1, "e")];
        foreach (ObjectName pack in packs)
        {
            byte[] content = await Storage.GetAsync(pack, 1 << 20, None);
            await Storage.DeleteAsync(pack, None);

            CheckReport report = await CheckAsync(new CheckOptions());

            await Storage.PutAsync(pack, content, None);
            Assert.NotEmpty(report.Affected);
            Assert.Equal(report.Affected.Count, report.Affected.Select(file => Encoding.UTF8.GetString(file.Path.Span)).Distinct().Count());
            Assert.All(report.Affected, file => Assert.Equal(3, file.SnapshotCount));
            Assert.Equal(whole, report.Snapshots.Where(snapshot => snapshot.IsWhole).Select(snapshot => snapshot.Head.Id));
            Assert.Equal(
                first.Concat(again).Order(ById),
                report.Snapshots.Where(one => one.AffectedFiles == report.Affected.Count).Select(one => one.Head.Id).Order(ById));
        }
    }

    [Fact]
    public async Task A_flipped_frame_names_the_files_it_holds_and_no_others()
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        int found = 0;
        foreach (ObjectName pack in await NamesAsync(ObjectKind.Pack))
        {
            byte[] content = await Storage.GetAsync(pack, 1 << 20, None);
            content[24 + 528 + 20] ^= 1; // of a data pack, the frame of the second chunk: 500 bytes precede it
            await ReplaceAsync(pack, content);
            CheckReport report = await CheckAsync(Thorough);
            content[24 + 528 + 20] ^= 1;
            await ReplaceAsync(pack, content);
            found += report.Affected.Count(file => file.Path.Span.SequenceEqual("/d/large"u8));
            Assert.DoesNotContain(report.Affected, file => file.Path.Span.SequenceEqual("/d/inline"u8));
        }

        Assert.Equal(1, found);
    }

    [Fact]
    public async Task A_cut_pack_is_found_without_reading_data()
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        ObjectName pack = (await NamesAsync(ObjectKind.Pack))[0];
        byte[] content = await Storage.GetAsync(pack, 1 << 20, None);
        await ReplaceAsync(pack, content[..^1]);

        CheckReport report = await CheckAsync(new CheckOptions());

        CheckFinding error = Assert.Single(report.Errors);
        Assert.Equal(pack.RelativePath, error.Subject);
        Assert.Contains("the index says", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_segment_leaves_packs_unlisted_and_names_what_is_unreachable()
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        foreach (ObjectName segment in await NamesAsync(ObjectKind.Index))
        {
            await Storage.DeleteAsync(segment, None);
        }

        CheckReport report = await CheckAsync(Thorough);

        Assert.Contains("2 packs", Assert.Single(report.Notes).What, StringComparison.Ordinal);
        Assert.Equal("/"u8.ToArray(), Assert.Single(report.Affected).Path.ToArray());
        Assert.Equal(ErrorKind.Damaged, report.Worst);
    }

    [Fact]
    public async Task Packs_of_an_interrupted_backup_are_a_note_and_no_error()
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        await Storage.PutAsync(new ObjectName(ObjectKind.Pack, Repository.Keys.OwnDomain, new string('a', 64)), new byte[100], None);

        CheckReport report = await CheckAsync(Thorough);

        Assert.Empty(report.Errors);
        Assert.Equal($"packs/{Repository.Keys.OwnDomain}/", Assert.Single(report.Notes).Subject);
        Assert.Null(report.Worst);
    }

    [Theory]
    [InlineData(DamageKind.Unreadable, ErrorKind.StorageUnavailable)]
    [InlineData(DamageKind.Replaced, null)] // its length shows that it is gone, and nothing is lost
    [InlineData(DamageKind.Zeroed, ErrorKind.Damaged)]
    public async Task A_pack_that_fails_is_named_and_affects_no_file_whose_chunks_lie_in_another_too(
        DamageKind damage, ErrorKind? expected)
    {
        await SampleBackup.RunAsync(Storage, Repository, 1);
        List<ObjectName> first = await NamesAsync(ObjectKind.Pack);
        IStorage without = Storage;
        foreach (ObjectName pack in first)
        {
            without = new DamagedStorage(without, pack, DamageKind.Missing);
        }

        await SampleBackup.RunAsync(without, Repository, 1);
        foreach (ObjectName pack in await NamesAsync(ObjectKind.Pack))
        {
            await using DamagedStorage storage = new(Storage, pack, damage);
            CheckReport report = await RepositoryCheck.RunAsync(storage, Repository, Thorough, null, None);

            Assert.Empty(report.Affected);
            Assert.Equal(2, report.Snapshots.Count(snapshot => snapshot.IsWhole));
            Assert.Contains(report.Errors.Concat(report.Notes), finding => finding.Subject == pack.RelativePath);
            Assert.All(report.Errors, error => Assert.Equal(pack.RelativePath, error.Subject));
            Assert.Equal(expected, report.Worst);
        }
    }

    [Fact]
    public async Task The_parts_of_a_check_read_every_pack_once()
    {
        for (byte seed = 0; seed < 40; seed += 4)
        {
            await SampleBackup.RunAsync(Storage, Repository, seed);
        }

        long read = 0;
        for (uint part = 1; part <= 3; part++)
        {
            CheckReport report = await CheckAsync(Thorough with { Subset = part, SubsetCount = 3 });
            Assert.Equal(20, report.Packs);
            Assert.True(report.PacksRead < 20);
            read += report.PacksRead;
        }

        Assert.Equal(20, read);
    }

    private Task<CheckReport> CheckAsync(CheckOptions options) =>
        RepositoryCheck.RunAsync(Storage, Repository, options, null, None);

    private async Task<List<ObjectName>> NamesAsync(ObjectKind kind)
    {
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in Storage.ListAsync(kind, None))
        {
            names.Add(info.Name);
        }

        return names;
    }

    private async Task ReplaceAsync(ObjectName name, byte[] content)
    {
        await Storage.DeleteAsync(name, None);
        await Storage.PutAsync(name, content, None);
    }

    private static readonly Comparer<ObjectId> ById =
        Comparer<ObjectId>.Create((left, right) => left.Span.SequenceCompareTo(right.Span));

    private static string[] PathsOf(CheckReport report, ObjectId snapshot)
    {
        int position = report.Snapshots.ToList().FindIndex(one => one.Head.Id == snapshot);
        return
        [
            .. report.Affected
                .Where(file => file.Runs.Any(run => run.Start.Value <= position && position < run.End.Value))
                .Select(file => Encoding.UTF8.GetString(file.Path.Span))
                .Order(),
        ];
    }
}
