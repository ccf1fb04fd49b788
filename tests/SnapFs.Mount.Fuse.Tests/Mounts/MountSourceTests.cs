using Microsoft.Win32.SafeHandles;
using SnapFs.Mount.Fuse.Mounts;
using SnapFs.Mount.Fuse.Tests.Sessions;
using SnapFs.Testing.Processes;

namespace SnapFs.Mount.Fuse.Tests.Mounts;

/// <summary>What is named as mounted.</summary>
public sealed class MountSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-source-").FullName;

    public static TheoryData<string> OddNames => ["plain", "with blank", "a,b", ",", "back\\slash", "\\,\\", "tab\tnew\nline", "#4\\040é"];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(OddNames))]
    public void Any_name_comes_to_the_mount_table_as_it_is(string name)
    {
        MountFixture.Require();
        string repository = Directory.CreateDirectory($"{_directory}/{name}").FullName;
        using MountFixture mount = new(options: new MountOptions { Source = repository });

        AssertIsSource(repository, mount.MountPoint);
    }

    [SkippableTheory]
    [MemberData(nameof(OddNames))]
    public void Any_name_comes_to_the_mount_table_by_the_helper_of_ordinary_users(string name)
    {
        MountFixture.Require();
        string repository = $"{_directory}/{name}";
        string mountPoint = Directory.CreateDirectory($"{_directory}/mounted").FullName;
        using SafeFileHandle device = new(
            Fusermount.Mount(mountPoint, $"ro,noatime,fsname={MountSource.Escape(repository)},subtype=snapfs,allow_other"),
            ownsHandle: true);
        try
        {
            AssertIsSource(repository, mountPoint);
        }
        finally
        {
            Fusermount.Unmount(mountPoint, isLazy: true);
        }
    }

    [Fact]
    public void Links_are_followed_as_by_those_who_compare()
    {
        string real = Directory.CreateDirectory($"{_directory}/real").FullName;
        File.CreateSymbolicLink($"{_directory}/link", real);

        Assert.Equal(real, MountSource.Of($"{_directory}/link/"));
    }

    [Fact]
    public void What_leads_nowhere_is_named_as_it_was_given() =>
        Assert.Equal("/no/such/place", MountSource.Of("/no/such/place"));

    [Fact]
    public void What_has_no_name_has_that_of_the_program() => Assert.Equal("snapfs", MountSource.Of(null));

    [Theory]
    [InlineData('a', 1000, true)]
    [InlineData('a', 1100, false)]
    [InlineData(' ', 250, true)]
    [InlineData(' ', 300, false)]
    [InlineData('é', 500, true)]
    [InlineData('é', 550, false)]
    public void A_name_that_would_hide_the_mount_point_is_left_out(char letter, int count, bool isNamed) =>
        Assert.Equal(isNamed, MountSource.Of("/" + new string(letter, count)) != MountSource.Unnamed);

    private static void AssertIsSource(string expected, string mountPoint)
    {
        Assert.Equal(expected, MountTable.Find(mountPoint)?.Source);
        Assert.Equal("fuse.snapfs", MountTable.Find(mountPoint)?.Type);
        Assert.Equal(mountPoint, ProcessRunner.Run("findmnt", ["-nro", "TARGET", "--source", expected]).Expect().Output.Trim());
    }
}
