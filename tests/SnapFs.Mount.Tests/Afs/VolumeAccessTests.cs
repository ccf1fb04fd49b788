using SnapFs.Afs.Mounting;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Owners;
using SnapFs.Testing;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Afs;

/// <summary>Whom access lists of AFS let in, in the kernel's terms.</summary>
public sealed class VolumeAccessTests
{
    private const uint Mounting = 7;

    [Theory]
    [InlineData(NodeType.Directory, 0x1C0u, 0x16Du)] // 0700 shows as 0555
    [InlineData(NodeType.File, 0x1A4u, 0x1A4u)] // 0644
    [InlineData(NodeType.File, 0x1EDu, 0x1EDu)] // 0755
    [InlineData(NodeType.File, 0x180u, 0x1A4u)] // 0600: only what the owner has counts
    [InlineData(NodeType.File, 0x124u, 0x124u)] // 0444
    [InlineData(NodeType.File, 0x0FFu, 0x000u)] // 0377: without r of the owner nobody reads
    [InlineData(NodeType.File, 0x9EDu, 0x9EDu)] // 04755
    [InlineData(NodeType.Symlink, 0x1FFu, 0x1FFu)]
    public void What_everybody_may_needs_no_list(NodeType type, uint archived, uint expected)
    {
        Audience all = new(hasOthers: true, []);
        NodeView node = new() { Type = type, Mode = archived };

        uint mode = new VolumeAccess(all, all, all).Enforce(in node, new MappedOwner(5, true), 0, out byte[]? list);

        Assert.Equal(expected, type == NodeType.Directory ? mode & ~0x80U : mode);
        Assert.Null(list);
    }

    [Fact]
    public void What_only_the_owner_may_needs_no_list()
    {
        Audience owner = new(hasOthers: false, [5]);
        NodeView node = new() { Type = NodeType.File, Mode = 0x1FF };

        Assert.Equal(0x1C0u, new VolumeAccess(owner, owner, owner).Enforce(in node, new MappedOwner(5, true), 0, out byte[]? list));
        Assert.Null(list);
    }

    [Fact]
    public void The_user_who_mounts_reads_what_nobody_may()
    {
        foreach (uint owner in (uint[])[5, Mounting])
        {
            NodeView node = new() { Type = NodeType.File, Mode = 0x0 };
            uint mode = VolumeAccess.Closed.Enforce(in node, new MappedOwner(owner, true), Mounting, out byte[]? list);

            Assert.Equal(4u, LinuxPermissions.Of(Mounting, owner, mode, list));
            Assert.Equal(0u, LinuxPermissions.Of(1, owner, mode, list));
        }
    }

    [Fact]
    public void In_a_drop_box_files_are_read_by_their_owner_only()
    {
        VolumeAccess access = new(Audience.Nobody, Audience.Nobody, new Audience(true, []));
        NodeView file = new() { Type = NodeType.File, Mode = 0x1A4 };
        NodeView directory = new() { Type = NodeType.Directory, Mode = 0x1ED };

        Assert.Equal(0x180u, access.Enforce(in file, new MappedOwner(5, IsByName: true), 0, out _)); // 0600
        Assert.Equal(0u, access.Enforce(in file, new MappedOwner(5, IsByName: false), 0, out _));
        Assert.Equal(0u, access.Enforce(in directory, new MappedOwner(5, IsByName: true), 0, out _));
    }

    /// <summary>Checks every user against the algorithm of acl(5).</summary>
    [Fact]
    public void The_kernel_lets_in_who_is_in_the_audience_and_nobody_else() => Seeds.ForEach(3000, random =>
    {
        Audience listers = AnyAudience(random);
        Audience readers = AnyAudience(random);
        VolumeAccess access = new(listers, readers, Audience.Nobody);
        uint mounting = random.Next(2) == 0 ? 0 : Mounting;
        MappedOwner owner = new((uint)random.Next(1, 10), random.Next(2) == 0);
        NodeView node = new()
        {
            Type = random.Next(2) == 0 ? NodeType.Directory : NodeType.File,
            Mode = (uint)random.Next(0x1000),
        };
        bool isDirectory = node.Type == NodeType.Directory;
        uint allowed = isDirectory ? 5 : (node.Mode & 0x100) == 0 ? 0 : 4 | ((node.Mode >> 6) & 1);

        uint mode = access.Enforce(in node, in owner, mounting, out byte[]? list);

        for (uint user = 1; user < 12; user++)
        {
            uint granted = LinuxPermissions.Of(user, owner.Id, mode, list) & 5;
            uint expected = user == mounting ? isDirectory ? 5 : 4 | ((node.Mode >> 6) & 1)
                : (isDirectory ? listers : readers).Has(user) ? allowed : 0;
            Assert.Equal(expected, granted);
        }
    });

    [Fact]
    public void A_list_that_fits_a_page_is_the_kernels_and_a_longer_one_is_judged_here()
    {
        NodeView node = new() { Type = NodeType.File, Mode = 0x1A4 };
        MappedOwner owner = new(5, false);
        VolumeAccess fits = Of(VolumeAccess.MaxListed);
        VolumeAccess tooLong = Of(VolumeAccess.MaxListed + 1);

        fits.Enforce(in node, in owner, Mounting, out byte[]? list);
        Assert.False(fits.IsTooLong(in node));
        Assert.InRange(list!.Length, 4000, 4096);

        uint mode = tooLong.Enforce(in node, in owner, Mounting, out list);
        Assert.True(tooLong.IsTooLong(in node));
        Assert.Null(list);
        Assert.Equal(0x1A4u, mode);
        Assert.True(tooLong.Admits(in node, in owner, 100));
        Assert.False(tooLong.Admits(in node, in owner, 99));
        Assert.False(tooLong.Admits(in node, in owner, 5));

        static VolumeAccess Of(int users) =>
            new(Audience.Nobody, new Audience(false, Enumerable.Range(100, users).Select(id => (uint)id)), Audience.Nobody);
    }

    private static Audience AnyAudience(Random random) =>
        new(random.Next(2) == 0, Enumerable.Range(1, 9).Where(_ => random.Next(3) == 0).Select(id => (uint)id));
}
