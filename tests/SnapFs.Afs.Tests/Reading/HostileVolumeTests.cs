using SnapFs.Testing.Volumes;
using SnapFs.Trees;

namespace SnapFs.Afs.Tests.Reading;

/// <summary>An agent may sign a tree that claims anything.</summary>
public sealed class HostileVolumeTests
{
    public static TheoryData<string> Lies =>
    [
        "a file with the number of a directory", "a directory with the number of a file", "a directory twice",
        "two vnodes of one number", "a time before 1970", "content that is not there", "another type",
    ];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_tree_that_no_dump_leads_to_is_refused_with_the_snapshot_and_the_vnode(string lie)
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full"]);
        volume.Lie = (ref NodeView node, ref AfsNode afs) => Tell(lie, ref node, ref afs);

        DamagedException e = Assert.Throws<DamagedException>(() => FullDumpTests.ReadAll(volume.OpenFull()));

        Assert.Matches(@"^snapshots/[0-9a-f]{32}/[0-9a-f]{64} is damaged: .*(vnode \d+\.\d+|content|chunk list)", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_node_that_is_of_no_volume_is_refused()
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full"]);
        volume.FullLength = 5;

        DamagedException e = Assert.Throws<DamagedException>(volume.OpenFull);

        Assert.Contains("its full dump should have 5 bytes, but its tree makes ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_skeleton_that_is_none_is_refused_by_both()
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full"]);
        volume.Skeleton = [.. "no dump at all"u8];

        Assert.Contains("dump/skeleton", Assert.Throws<DamagedException>(volume.OpenFull).Message, StringComparison.Ordinal);
        Assert.Contains("dump/skeleton", Assert.Throws<DamagedException>(volume.OpenOriginal).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contents_that_are_too_short_are_refused()
    {
        using StoredVolume volume = StoredVolume.OfChain(["user.alice.s0.full"]);
        volume.MissingContents = 1;

        DamagedException e = Assert.Throws<DamagedException>(volume.OpenOriginal);

        int length = DumpSamples.Read("user.alice.s0.full.dump").Length;
        Assert.Contains($"its dump should have {length} bytes", e.Message, StringComparison.Ordinal);
    }

    private static void Tell(string lie, ref NodeView node, ref AfsNode afs)
    {
        bool isDirectory = node.Type == NodeType.Directory;
        switch (lie)
        {
            case "a file with the number of a directory" when !isDirectory:
                afs.Vnode++;
                break;
            case "a directory with the number of a file" when isDirectory:
                afs.Vnode++;
                break;
            case "a directory twice" when isDirectory:
                afs.Vnode = 1;
                break;
            case "two vnodes of one number" when !isDirectory:
                afs.Vnode = 2;
                break;
            case "a time before 1970":
                node.Modified = new Timestamp(-1, 0);
                break;
            case "content that is not there":
                afs.Fields &= 0x7FF;
                break;
            case "another type" when isDirectory && afs.Vnode != 1:
                afs.Type = 1;
                afs.AccessList = default;
                afs.DirectoryContent = default;
                afs.DirectoryLength = 0;
                break;
            default:
                break;
        }
    }
}
