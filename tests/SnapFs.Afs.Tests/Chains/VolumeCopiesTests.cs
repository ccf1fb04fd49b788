using System.Text;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Tests.Chains;

public sealed class VolumeCopiesTests
{
    [Fact]
    public void Copies_of_one_dump_are_one_and_what_was_applied_on_them_is_too()
    {
        SnapshotHead[] heads =
        [
            Full("full1", ended: 20), Full("full2", ended: 10), Full("full3", ended: 30),
            Increment("inc1", "full1", ended: 40), Increment("inc2", "full2", ended: 50),
        ];

        IReadOnlyList<SnapshotHead> merged = VolumeCopies.Merge(heads);

        Assert.Equal([Id("full2"), Id("inc1")], merged.Select(head => head.Id));
        Assert.Equal((Id("full2"), Id("full2")), (merged[1].Volume?.Full, merged[1].Volume?.Predecessor));
        Assert.Equal(merged.Select(head => head.Id), VolumeCopies.Merge(merged).Select(head => head.Id));
    }

    [Fact]
    public void Dumps_that_differ_in_a_byte_or_in_their_volume_are_not_copies()
    {
        SnapshotHead full = Full("full", ended: 10);
        SnapshotHead[] heads =
        [
            full,
            full with { Id = Id("other"), Dump = full.Dump! with { Identity = Chunk("other") } },
            full with { Id = Id("cell"), Volume = full.Volume! with { Cell = "b" } },
            full with { Id = Id("salvaged"), Dump = full.Dump! with { Salvage = new DumpSalvage(1, 0) } },
            full with { Id = Id("old"), Dump = full.Dump! with { Identity = null } },
            full with { Id = Id("file"), Volume = null, Dump = null },
            full with { Id = Id("file2"), Volume = null, Dump = null },
        ];

        Assert.Equal(heads, VolumeCopies.Merge(heads));
    }

    [Fact]
    public void Of_copies_that_an_older_version_made_the_root_page_decides()
    {
        SnapshotHead full = Full("full", ended: 10);
        full = full with { Dump = full.Dump! with { Identity = null } };

        Assert.Equal(
            [full.Id, Id("differs")],
            VolumeCopies.Merge(
            [
                full,
                full with { Id = Id("copy"), Ended = new Timestamp(20, 0) },
                full with { Id = Id("differs"), Root = new ChunkRef(Chunk("differs"), 1) },
            ]).Select(head => head.Id));
    }

    [Fact]
    public void One_of_which_the_cell_was_asked_stays()
    {
        SnapshotHead plain = Full("plain", ended: 10);
        SnapshotHead asked = Full("asked", ended: 20);
        asked = asked with { Dump = asked.Dump! with { Life = new VolumeLife(1, 2), TakenAt = 5 } };

        Assert.Equal([asked.Id], VolumeCopies.Merge([plain, asked]).Select(head => head.Id));
    }

    private static SnapshotHead Increment(string id, string predecessor, long ended)
    {
        SnapshotHead head = Full(id, ended);
        return head with
        {
            Volume = head.Volume! with { Full = Id(predecessor), Predecessor = Id(predecessor) },
            Dump = head.Dump! with { From = 5, Identity = Chunk("increment") },
        };
    }

    private static SnapshotHead Full(string id, long ended) => new()
    {
        Id = Id(id),
        Host = "a",
        Source = "v",
        Started = new Timestamp(5, 0),
        Ended = new Timestamp(ended, 0),
        Agent = "",
        Root = new ChunkRef(Chunk("root"), 1),
        Statistics = new SnapshotStatistics(),
        Volume = new SnapshotVolume { Cell = "a", Name = "v", Id = 1 },
        Dump = new SnapshotDump
        {
            Name = "v",
            Id = 1,
            Type = 0,
            From = 0,
            To = 5,
            CreationDate = 1,
            UpdateDate = 5,
            BackupDate = 0,
            AccessDate = 0,
            Length = 9,
            FullLength = 9,
            Identity = Chunk("dump"),
        },
    };

    private static ObjectId Id(string text) => ObjectId.Of(Encoding.UTF8.GetBytes(text));

    private static ChunkId Chunk(string text) => ChunkId.Read(Id(text).Span);
}
