using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Importing;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Testing;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.Files.Tests.Volumes;

/// <summary>Real dumps and made-up ones, taken in and read back.</summary>
public sealed class VolumeImportTests
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";
    private const string S2 = "user.alice.s2.inc";
    private const string S3 = "user.alice.s3.inc";

    /// <summary>How many damages are tried.</summary>
    private static readonly int Damages = TestScale.Choose(60, 3000);

    public static TheoryData<string, string[]> Chains => new()
    {
        { "user.alice.s0", [S0] },
        { "user.alice.s1", ["user.alice.backup.s0.full", "user.alice.backup.s1.inc"] },
        { "user.alice.s1", [S0, "user.alice.s1.inc-omitdirs"] },
        { "user.alice.s2", [S0, "user.alice.s2.cum"] },
        { "user.alice.s2", [S0, S1, "user.alice.s2.cum"] },
        { "user.alice.s2", [S0, "user.alice.backup.s1.inc", "user.alice.s2.inc-clone"] },
        { "user.alice.s4", [S0, S1, S2, S3, "user.alice.s4.inc-nochange"] },
        { "user.alice.s4", ["user.alice.s4.full"] },
        { "mail.alice.s1", ["mail.alice.backup.s0.full", "mail.alice.backup.s1.inc"] },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task A_chain_taken_in_is_what_the_volume_was_and_every_dump_comes_back(string expected, string[] dumps)
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        List<SnapshotHead> heads = await ImportAllAsync(repository, dumps);
        using RepositoryReader reader = await repository.OpenReaderAsync();

        for (int i = 0; i < dumps.Length; i++)
        {
            using StoredVolume stored = new(reader, heads[i]);
            Assert.Equal(DumpSamples.Read($"{dumps[i]}.dump"), stored.Woven());
            Assert.Equal(heads[i].Dump?.FullLength, stored.MadeUp().Length);
        }

        using StoredVolume last = new(reader, heads[^1]);
        Assert.Equal(
            SampleStates.Read(expected).OrderBy(pair => pair.Key),
            last.Walk(VolumeLayout.Files)
                .ToDictionary(vnode => vnode.Path, vnode => SampleStates.Describe(in vnode.Record, vnode.Content))
                .OrderBy(pair => pair.Key));
        await CheckAsync(repository);
    }

    [Fact]
    public async Task The_full_dump_made_up_of_a_full_is_that_dump_and_that_of_a_chain_leads_to_the_same_state()
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        List<SnapshotHead> heads = await ImportAllAsync(repository, [S0, S1, S2, S3]);
        using RepositoryReader reader = await repository.OpenReaderAsync();
        using StoredVolume first = new(reader, heads[0]);
        using StoredVolume last = new(reader, heads[^1]);

        Assert.Equal(DumpSamples.Read($"{S0}.dump"), first.MadeUp());

        SnapshotHead again = await repository.ImportAsync(new MemoryStream(last.MadeUp()));
        using RepositoryReader after = await repository.OpenReaderAsync();
        using StoredVolume stored = new(after, again);
        Assert.Equal(
            SampleStates.Read("user.alice.s3").OrderBy(pair => pair.Key),
            stored.Walk(VolumeLayout.Files)
                .ToDictionary(vnode => vnode.Path, vnode => SampleStates.Describe(in vnode.Record, vnode.Content))
                .OrderBy(pair => pair.Key));
    }

    [Fact]
    public async Task An_increment_shows_what_it_brought_and_what_it_took_away()
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        List<SnapshotHead> heads = await ImportAllAsync(repository, [S0, S1, S2, S3]);
        using RepositoryReader reader = await repository.OpenReaderAsync();
        for (int i = 1; i < heads.Count; i++)
        {
            Dictionary<string, string> before = SampleStates.Read($"user.alice.s{i - 1}");
            Dictionary<string, string> after = SampleStates.Read($"user.alice.s{i}");
            using StoredVolume stored = new(reader, heads[i]);

            HashSet<string> changed = [.. stored.Walk(VolumeLayout.Changed).Select(vnode => vnode.Path)];
            Assert.Subset(new HashSet<string>(after.Keys), changed);
            Assert.Superset(
                after.Where(entry => !before.ContainsValue(entry.Value)).Select(entry => entry.Key).ToHashSet(),
                changed);

            // What was in a directory that moved is gone from its old path with it.
            HashSet<string> deleted = [.. stored.Deleted().Select(path => Convert.ToHexString(Encoding.Latin1.GetBytes(path)))];
            HashSet<string> gone = [.. before.Keys.Except(after.Keys)];
            Assert.Subset(gone, deleted);
            Assert.All(gone, path => Assert.Contains(deleted, top => path == top || path.StartsWith(top + "2F", StringComparison.Ordinal)));
        }

        using StoredVolume full = new(reader, heads[0]);
        Assert.False(full.Has(VolumeLayout.Changed));
        Assert.False(full.Has(VolumeLayout.Deleted));
    }

    [Fact]
    public async Task A_second_full_of_an_unchanged_volume_stores_almost_nothing()
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        SyntheticVolume volume = new()
        {
            Directories = 20,
            Files = 600,
            LengthOf = file => 20_000 + (file * 37),
            RootFileLength = 3_000_000,
        };
        SnapshotHead first = await repository.ImportAsync(volume.OpenDump());
        SnapshotHead second = await repository.ImportAsync(volume.OpenDump());

        Assert.InRange(second.Statistics.BytesAdded, 0, first.Statistics.BytesAdded / 100);
        Assert.InRange(second.Statistics.BytesStored, 0, first.Dump?.Length / 100 ?? 0);
    }

    [Fact]
    public async Task Records_in_any_order_and_contents_of_any_length_come_back() => await Seeds.ForEachAsync(20, async random =>
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        DumpPieces pieces = DumpPieces.Of(DumpSamples.Read($"{S0}.dump"));
        for (int i = pieces.Records.Count - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (pieces.Records[i], pieces.Records[other]) = (pieces.Records[other], pieces.Records[i]);
        }

        byte[] dump = pieces.ToArray();
        SnapshotHead head = await repository.ImportAsync(new DribblingStream(dump, random, 100_000));
        using RepositoryReader reader = await repository.OpenReaderAsync();
        using StoredVolume stored = new(reader, head);

        Assert.Equal(dump, stored.Woven());
        Assert.Equal(DumpSamples.Read($"{S0}.dump"), stored.MadeUp());
    });

    [Fact]
    public async Task A_dump_that_skips_one_is_refused_by_its_vnodes_if_not_by_its_dates()
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        SnapshotHead full = await repository.ImportAsync(Open(S0));

        await Assert.ThrowsAsync<ChainException>(() => repository.ImportAsync(Open(S2), full));

        using RepositoryReader reader = await repository.OpenReaderAsync();
        Assert.Single(reader.Snapshots);
    }

    [Fact]
    public async Task A_damaged_or_cut_dump_gives_no_snapshot_whatever_the_damage() => await Seeds.ForEachAsync(Damages, async random =>
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        byte[] damaged = random.MutateDump(
            DumpSamples.Read("mail.alice.backup.s0.full.dump"), DumpSamples.Read("user.alice.s1.inc.dump"));
        bool isTaken = false;
        try
        {
            await repository.ImportAsync(new MemoryStream(damaged));
            isTaken = true;
        }
        catch (SnapFsException e) when (e is DumpException or ChainException or InvalidEncodingException)
        {
        }

        using RepositoryReader reader = await repository.OpenReaderAsync();
        Assert.Equal(isTaken ? 1 : 0, reader.Snapshots.Count);
        if (isTaken)
        {
            using StoredVolume stored = new(reader, reader.Snapshots[0]);
            Assert.Equal(damaged, stored.Woven());
            Assert.Equal(reader.Snapshots[0].Dump?.FullLength, stored.MadeUp().Length);
        }

        await CheckAsync(repository);
    });

    [Fact]
    public async Task A_damaged_increment_leaves_the_chain_as_it_was_or_is_taken() => await Seeds.ForEachAsync(Damages, async random =>
    {
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        SnapshotHead full = await repository.ImportAsync(Open(S0));
        byte[] damaged = random.MutateDump(DumpSamples.Read($"{S1}.dump"), DumpSamples.Read($"{S2}.dump"));
        SnapshotHead? taken = null;
        try
        {
            taken = await repository.ImportAsync(new MemoryStream(damaged), full);
        }
        catch (SnapFsException e) when (e is DumpException or ChainException or InvalidEncodingException)
        {
        }

        using RepositoryReader reader = await repository.OpenReaderAsync();
        Assert.Equal(taken is null ? 1 : 2, reader.Snapshots.Count);
        using StoredVolume before = new(reader, full);
        Assert.Equal(DumpSamples.Read($"{S0}.dump"), before.Woven());
        if (taken is not null)
        {
            using StoredVolume stored = new(reader, taken);
            Assert.Equal(damaged, stored.Woven());
            Assert.Equal(taken.Dump?.FullLength, stored.MadeUp().Length);
        }

        await CheckAsync(repository);
    });

    private static async Task CheckAsync(VolumeRepository repository)
    {
        CheckReport report = await RepositoryCheck.RunAsync(
            repository.Storage, repository.Repository.Opened, new CheckOptions { ReadData = true }, null, CancellationToken.None);
        Assert.True(report.Worst is null, string.Join("; ", report.Errors));
    }

    private static MemoryStream Open(string dump) => new(DumpSamples.Read($"{dump}.dump"));

    private static async Task<List<SnapshotHead>> ImportAllAsync(VolumeRepository repository, string[] dumps)
    {
        List<SnapshotHead> heads = [];
        foreach (string dump in dumps)
        {
            heads.Add(await repository.ImportAsync(Open(dump), heads.Count == 0 ? null : heads[^1]));
        }

        return heads;
    }
}
