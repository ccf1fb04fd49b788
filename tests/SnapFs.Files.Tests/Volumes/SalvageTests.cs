using System.Text;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Importing;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Testing;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.Files.Tests.Volumes;

/// <summary>Dumps that end anywhere, taken in as far as they go.</summary>
public sealed class SalvageTests
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";

    /// <summary>How many ends are tried.</summary>
    private static readonly int Cuts = TestScale.Choose(40, 2000);

    [Fact]
    public async Task What_is_whole_in_a_full_dump_cut_anywhere_is_there_as_it_was() => await Seeds.ForEachAsync(Cuts, async random =>
    {
        byte[] dump = DumpSamples.Read($"{S0}.dump");
        byte[] cut = dump[..random.Next(FirstWholeEnd(dump), dump.Length)];
        using VolumeRepository repository = await VolumeRepository.CreateAsync();

        SnapshotHead head = await repository.ImportAsync(new DribblingStream(cut, random, 100_000), salvage: true);

        using RepositoryReader reader = await repository.OpenReaderAsync();
        using StoredVolume stored = new(reader, head);
        Assert.Equal(cut, stored.Woven());
        AssertMadeUp(stored, head);
        List<(string Path, VnodeRecord Record, byte[] Content)> there = stored.Walk(VolumeLayout.Files);
        Dictionary<string, string> whole = SampleStates.Read("user.alice.s0");
        Assert.All(there, vnode => Assert.Equal(whole[vnode.Path], SampleStates.Describe(in vnode.Record, vnode.Content)));
        Assert.False(stored.Has(VolumeLayout.Orphans));
        Assert.Equal(head.Statistics.Problems, head.Dump?.Salvage?.LostNames);
        Assert.InRange(head.Dump?.Salvage?.WholeLength ?? 0, 1, cut.Length);
        await CheckAsync(repository);
    });

    [Fact]
    public async Task An_increment_cut_anywhere_takes_nothing_away_that_it_did_not_reach() => await Seeds.ForEachAsync(Cuts, async random =>
    {
        byte[] dump = DumpSamples.Read($"{S1}.dump");
        byte[] cut = dump[..random.Next(FirstWholeEnd(dump), dump.Length)];
        using VolumeRepository repository = await VolumeRepository.CreateAsync();
        SnapshotHead full = await repository.ImportAsync(new MemoryStream(DumpSamples.Read($"{S0}.dump")));

        SnapshotHead head = await repository.ImportAsync(new DribblingStream(cut, random, 100_000), full, salvage: true);

        using RepositoryReader reader = await repository.OpenReaderAsync();
        using StoredVolume stored = new(reader, head);
        Assert.Equal(cut, stored.Woven());
        AssertMadeUp(stored, head);
        Dictionary<string, string> after = SampleStates.Read("user.alice.s1");
        Assert.All(
            stored.Walk(VolumeLayout.Files),
            vnode => Assert.Equal(after[vnode.Path], SampleStates.Describe(in vnode.Record, vnode.Content)));
        HashSet<string> gone = [.. SampleStates.Read("user.alice.s0").Keys.Except(after.Keys)];
        Assert.Subset(gone, stored.Deleted().Select(path => Convert.ToHexString(Encoding.Latin1.GetBytes(path))).ToHashSet());
        await CheckAsync(repository);
    });

    [Fact]
    public async Task A_dump_whose_first_vnode_is_not_whole_is_refused()
    {
        byte[] dump = DumpSamples.Read($"{S0}.dump");
        using VolumeRepository repository = await VolumeRepository.CreateAsync();

        DumpException e = await Assert.ThrowsAsync<DumpException>(() => repository.ImportAsync(
            new MemoryStream(dump[..(FirstWholeEnd(dump) - 1)]), salvage: true));

        Assert.EndsWith("; no vnode is whole", e.Message, StringComparison.Ordinal);
        using RepositoryReader reader = await repository.OpenReaderAsync();
        Assert.Empty(reader.Snapshots);
    }

    [Fact]
    public async Task A_damaged_dump_is_marked_and_a_whole_one_is_not()
    {
        byte[] dump = DumpSamples.Read($"{S0}.dump");
        byte[] damaged = [.. dump];
        damaged[^5] = 9;
        using VolumeRepository repository = await VolumeRepository.CreateAsync();

        await Assert.ThrowsAsync<DumpException>(() => repository.ImportAsync(new MemoryStream(damaged)));
        Assert.Equal(
            SalvageCause.Damaged, (await repository.ImportAsync(new MemoryStream(damaged), salvage: true)).Dump?.Salvage?.Cause);

        Assert.Null((await repository.ImportAsync(new MemoryStream(dump), salvage: true)).Dump?.Salvage);
    }

    /// <summary>Where the first vnode is known to be whole: with the first byte of what follows it.</summary>
    private static int FirstWholeEnd(byte[] dump)
    {
        DumpPieces pieces = DumpPieces.Of(dump);
        return pieces.Headers.Length + pieces.Records[0].Sum(field => field.Length) + 1;
    }

    private static void AssertMadeUp(StoredVolume stored, SnapshotHead head)
    {
        byte[] made = stored.MadeUp();
        Assert.Equal(head.Dump?.FullLength, made.Length);
        DumpReader reader = new(new MemoryStream(made));
        while (reader.Read() != DumpStep.End)
        {
        }
    }

    private static async Task CheckAsync(VolumeRepository repository)
    {
        CheckReport report = await RepositoryCheck.RunAsync(
            repository.Storage, repository.Repository.Opened, new CheckOptions { ReadData = true }, null, CancellationToken.None);
        Assert.True(report.Worst is null, string.Join("; ", report.Errors));
    }
}
