using SnapFs.Chunks;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>Numbers that stand in repositories of users. They may get more; those that are here stay.</summary>
public sealed class FrozenFormatTests
{
    [Fact]
    public void Kinds_of_objects_and_the_versions_that_are_written_stay()
    {
        Assert.Equal(1, Envelope.Version);
        Assert.Equal(2, Envelope.Suite);
        Expect<FormatKind>(
            "Config 1, Epoch 2, Administrator 3, Slot 4, Grant 5, Domain 6, Certificate 7, Revocation 8, Store 9, Pack 10, "
            + "Index 11, Heads 12, Snapshot 13, Lease 14, Mark 15, Forget 16, Witness 17, Voucher 18");
    }

    [Fact]
    public void Numbers_inside_of_objects_stay()
    {
        Expect<ChunkKind>("Data 1, Tree 2");
        Expect<FrameCodec>("Stored 0, Zstd 1");
        Expect<NodeType>("File 1, Directory 2, Symlink 3, CharacterDevice 4, BlockDevice 5, Fifo 6, Socket 7");
        Expect<ContentForm>("Empty 0, Inline 1, Chunks 2");
        Expect<KeyRole>("Root 1, Administrator 2, Agent 3");
        Expect<GrantRole>("Administrator 1, Agent 2");
        Expect<PatternSubject>("Host 1, Cell 2, Volume 3");
        Expect<LeaseKind>("Backup 1, Check 2, Read 3, Prune 4, Copy 5");
        Expect<OmissionKind>(
            "Other 0, UnreadableDirectory 1, UnreadableFile 2, UnreadableAttributes 3, Changed 4, Vanished 5, Replaced 6, "
            + "Indescribable 7, Excluded 8, CacheDirectory 9, OtherFileSystem 10, PseudoFileSystem 11, Protected 12");
        Assert.Equal(3UL, AfsNodeCodec.Tag);
    }

    private static void Expect<T>(string approved)
        where T : struct, Enum =>
        Assert.Equal(approved, string.Join(", ", Enum.GetValues<T>().Select(value => $"{value} {Convert.ToInt32(value, null)}")));
}
