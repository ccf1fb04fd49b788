using System.Reflection;
using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Afs.Tests.Chains;

public sealed class DumpFactsTests
{
    private static readonly DumpFacts Facts = new()
    {
        VolumeId = 1,
        Name = "v",
        Type = VolumeType.Backup,
        From = 2,
        To = 3,
        CreationDate = 4,
        UpdateDate = 5,
        BackupDate = 6,
        AccessDate = 7,
        TakenAt = 8,
        Life = new VolumeLife(9, 10),
    };

    [Fact]
    public void A_snapshot_says_all_facts_of_its_dump()
    {
        SnapshotDump dump = Facts.ToDump("v.backup", id: 11, length: 12, fullLength: 13);

        Assert.Equal(Facts, DumpFacts.Of(Facts.ToVolume("a", predecessor: null), dump));
        Assert.Equal(("v.backup", 11u, 12L, 13L), (dump.Name, dump.Id, dump.Length, dump.FullLength));

        // A fact that is added must be given a value above, so that this test covers it.
        object[] values = [.. typeof(DumpFacts).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => property.GetValue(Facts) ?? "none")];
        Assert.Equal(values.Length, values.Distinct().Count());
        Assert.DoesNotContain("none", values);
    }

    [Fact]
    public void A_dump_lies_in_the_chain_of_what_it_is_applied_on()
    {
        SnapshotHead full = Head("full", predecessor: null);
        SnapshotHead first = Head("first", full);
        SnapshotVolume second = Facts.ToVolume("a", first);

        Assert.Equal((null, null), (full.Volume?.Full, full.Volume?.Predecessor));
        Assert.Equal((full.Id, full.Id), (first.Volume?.Full, first.Volume?.Predecessor));
        Assert.Equal((full.Id, first.Id), (second.Full, second.Predecessor));
        Assert.Equal(("a", "v", 1u), (second.Cell, second.Name, second.Id));
    }

    private static SnapshotHead Head(string id, SnapshotHead? predecessor) => new()
    {
        Id = ObjectId.Of(Encoding.UTF8.GetBytes(id)),
        Host = "a",
        Source = "v",
        Started = default,
        Ended = default,
        Agent = "",
        Root = default,
        Statistics = new SnapshotStatistics(),
        Volume = Facts.ToVolume("a", predecessor),
    };
}
