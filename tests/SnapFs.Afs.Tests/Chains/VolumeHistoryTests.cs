using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Tests.Chains;

public sealed class VolumeHistoryTests
{
    private const uint Change = 100;

    [Fact]
    public void Of_one_time_the_most_complete_is_last_and_of_those_the_one_that_was_taken_in_last()
    {
        SnapshotHead[] order =
        [
            Whole("older", 150), Salvaged("short", 200, length: 5), Salvaged("long", 200, length: 6),
            Whole("first", 200) with { Ended = new Timestamp(10, 0) }, Whole("second", 200) with { Ended = new Timestamp(20, 0) },
        ];

        Assert.Equal(order, VolumeHistory.InOrder(order.Reverse()));
    }

    [Fact]
    public void A_salvaged_state_gives_way_to_an_older_whole_one_between_which_and_it_nothing_was_changed()
    {
        SnapshotHead whole = Whole("whole", 150);
        SnapshotHead salvaged = Salvaged("salvaged", 200);

        Assert.Equal(whole, VolumeHistory.Last([Whole("first", 140), whole, Salvaged("other", 160), salvaged]));
    }

    [Fact]
    public void It_does_not_give_way_to_one_of_other_contents_or_of_another_volume()
    {
        SnapshotHead salvaged = Salvaged("salvaged", 200);
        SnapshotHead whole = Whole("whole", 150);
        SnapshotHead[] others =
        [
            Whole("earlier", 150, change: Change - 1),
            whole with { Volume = whole.Volume! with { Cell = "b" } },
            whole with { Volume = whole.Volume! with { Id = 2 } },
            Salvaged("also salvaged", 150),
        ];

        Assert.All(others, other => Assert.Equal(salvaged, VolumeHistory.Last([other, salvaged])));
        Assert.Equal(salvaged, VolumeHistory.Last([salvaged]));
    }

    [Fact]
    public void Dumps_that_do_not_say_when_they_changed_last_are_not_taken_for_the_same()
    {
        SnapshotHead salvaged = Salvaged("salvaged", 200, change: 0);

        Assert.Equal(salvaged, VolumeHistory.Last([Whole("whole", 150, change: 0), salvaged]));
    }

    [Fact]
    public void A_whole_state_is_the_last_whatever_came_before()
    {
        SnapshotHead whole = Whole("whole", 200);

        Assert.Equal(whole, VolumeHistory.Last([Salvaged("salvaged", 150), whole]));
    }

    private static SnapshotHead Salvaged(string id, long started, uint change = Change, long length = 5)
    {
        SnapshotHead whole = Whole(id, started, change);
        return whole with
        {
            Dump = whole.Dump! with { Length = length, Salvage = new DumpSalvage(1, 0) }, // Whole has given it one
        };
    }

    private static SnapshotHead Whole(string id, long started, uint change = Change) => new()
    {
        Id = ObjectId.Of(Encoding.UTF8.GetBytes(id)),
        Host = "a",
        Source = "v",
        Started = new Timestamp(started, 0),
        Ended = new Timestamp(started, 0),
        Agent = "",
        Root = default,
        Statistics = new SnapshotStatistics(),
        Volume = new SnapshotVolume { Cell = "a", Name = "v", Id = 1 },
        Dump = new SnapshotDump
        {
            Name = "v",
            Id = 1,
            Type = 0,
            From = 0,
            To = change,
            CreationDate = 1,
            UpdateDate = change,
            BackupDate = 0,
            AccessDate = 0,
            Length = 9,
            FullLength = 9,
        },
    };
}
