using SnapFs.Afs.Dumps;
using SnapFs.Binary;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Afs;

public sealed class VolumeDumpTests : IDisposable
{
    private const uint Stranger = 1234;

    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private TestMount? _mount;

    public VolumeDumpTests() => _tree = new TestTree(_source);

    public void Dispose() => _mount?.Dispose();

    [Fact]
    public void Chains_hold_each_dump_beside_its_full()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        _tree.AddVolume("example.org", "proj", "2026-11-17T02:00:00Z", TestVolume.Root("x", isIncrement: true), full);
        SnapshotHead second = _tree.AddVolume("example.org", "proj", "2026-11-18T02:00:00Z", TestVolume.Root("x"));
        _tree.AddVolume("example.org", "proj", "2026-11-18T03:00:00Z", TestVolume.Root("x", isIncrement: true), second);
        TestMount mount = Open();

        Assert.Equal(["2026.11.16", "2026.11.18T02-00-00Z"], mount.Names("volumes/proj/chains"));
        Assert.Equal(["2026.11.17.incr.dump", "full.dump"], mount.Names("volumes/proj/chains/2026.11.16"));
        Assert.Equal(
            ["2026.11.18T03-00-00Z.incr.dump", "full.dump"], mount.Names("volumes/proj/chains/2026.11.18T02-00-00Z"));
        Assert.Equal("2026.11.18T03-00-00Z.dump", mount.Target("volumes/proj/2026.11.18.dump"));
    }

    [Fact]
    public void An_increment_whose_full_is_not_there_keeps_a_place()
    {
        SnapshotHead full = _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        _tree.AddVolume("example.org", "renamed", "2026-11-17T02:00:00Z", TestVolume.Root("x", isIncrement: true), full);

        Assert.Equal(["full-" + full.Id.ToString()[..8]], Open().Names("volumes/renamed/chains"));
    }

    [Fact]
    public void Sizes_come_from_the_head_and_dumps_are_made_when_they_are_read()
    {
        (TestNode root, byte[] original, byte[] full) = Dumped();
        SnapshotHead head = _tree.AddSnapshot("example.org", "proj", "2026-11-16T02:00:00Z", root, complete: head => head with
        {
            Volume = new SnapshotVolume { Cell = "example.org", Name = "proj", Id = TestVolume.Id },
            Dump = TestVolume.Dump("proj", from: 0) with { Length = original.Length, FullLength = full.Length },
        });
        TestMount mount = Open();
        long reads = _source.Reads;

        Assert.Equal(["2026.11.16", "2026.11.16.dump", "chains", "latest"], mount.Names("volumes/proj"));
        Assert.Equal(original.Length, mount.Find("volumes/proj/chains/2026.11.16/full.dump").Attributes.Size);
        NodeAttributes attributes = mount.Find("volumes/proj/2026.11.16.dump").Attributes;
        Assert.Equal((full.Length, 0x100U, head.Started), (attributes.Size, attributes.Mode, attributes.Modified));
        Assert.Equal(reads, _source.Reads);

        Assert.Equal(original, mount.Read("volumes/proj/chains/2026.11.16/full.dump"));
        Assert.Equal(full, mount.Read("volumes/proj/2026.11.16.dump"));
    }

    [Fact]
    public void A_dump_that_cannot_be_made_is_an_error_each_time()
    {
        _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        TestMount mount = Open();

        for (int i = 0; i < 2; i++)
        {
            Assert.Throws<DamagedException>(() => mount.Read("volumes/proj/2026.11.16.dump"));
            Assert.Throws<DamagedException>(() => mount.Read("volumes/proj/chains/2026.11.16/full.dump"));
        }
    }

    [Theory]
    [InlineData("volumes/proj/2026.11.16.dump")]
    [InlineData("volumes/proj/chains")]
    [InlineData("volumes/proj/chains/2026.11.16/full.dump")]
    public void Only_the_user_who_mounts_finds_dumps(string path)
    {
        _tree.AddVolume("example.org", "proj", "2026-11-16T02:00:00Z", TestVolume.Root("x"));
        TestMount mount = Open();

        Assert.Equal(MountStatus.NotFound, mount.TryFind(path, out _, Stranger));
        NodeEntry entry = mount.Find(path);
        Assert.Equal(0u, entry.Attributes.Mode & 0x3F);
        Assert.Equal(CacheLifetime.None, entry.Lifetime);
    }

    private TestMount Open() => _mount = Volumes.Open(_source, _tree.Owners);

    /// <summary>A volume without vnodes, its dump, and the full dump that is made up of it.</summary>
    private static (TestNode Root, byte[] Original, byte[] Full) Dumped()
    {
        byte[] Encode(uint from)
        {
            ByteWriter dump = new();
            DumpEncoder.Header(dump, new DumpHeader
            {
                VolumeId = TestVolume.Id + 2,
                Name = "proj.backup",
                Intervals = [new DumpInterval(from, 1_795_000_001)],
            });
            DumpEncoder.Volume(dump, new VolumeHeader { Id = TestVolume.Id + 2, Name = "proj.backup" });
            DumpEncoder.End(dump);
            return dump.ToArray();
        }

        byte[] original = Encode(1_794_000_000);
        TestNode root = TestNode.Directory(("dump", TestNode.Directory(("skeleton", new TestNode { Content = original }))));
        return (root, original, Encode(0));
    }
}
