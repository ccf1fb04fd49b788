using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>The promise of the README, typed as it stands there.</summary>
public sealed class DoneWhenTests
{
    [Fact]
    public void The_commands_of_the_manual_work_as_written()
    {
        using RepositoryFixture fixture = new();
        string source = TestScale.Choose("/usr/lib/x86_64-linux-gnu/perl-base", "/usr");
        string name = source.Trim('/').Replace('/', '-');
        Directory.CreateDirectory(fixture["mnt"]);

        // No flags: key derivation at its real strength, the default source name, the default host.
        ProcessResult result = fixture.Shell($"""
            snapfs init
            snapfs backup {source} --tag first
            snapfs mount {fixture["mnt"]}
            diff -r --no-dereference {source} {fixture["mnt"]}/hosts/$(hostname)/{name}/latest{source}
            snapfs umount {fixture["mnt"]}
            snapfs check --read-data
            """);

        result.Expect();
        Assert.False(MountPoint.IsMountPoint(fixture["mnt"]));
    }

    [Fact]
    public void A_second_backup_of_an_unchanged_tree_stores_almost_nothing()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        TortureTree tree = TortureTree.Create(fixture["t"], TortureOptions.ShortRun);
        fixture.Run("backup", tree.Path).Expect();
        long before = fixture.Packs().Values.Sum();

        fixture.Run("backup", tree.Path).Expect();

        Assert.Equal(2, fixture.CountSnapshots());
        Assert.InRange(fixture.Packs().Values.Sum() - before, 0, 100_000);
    }

    [Fact]
    public void Without_its_cache_a_backup_stores_nothing_twice()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        TortureTree tree = TortureTree.Create(fixture["t"], TortureOptions.ShortRun);
        fixture.Run("backup", tree.Path).Expect();
        long before = fixture.Packs().Values.Sum();
        Directory.Delete(fixture.Cache, recursive: true);

        fixture.Run("backup", tree.Path).Expect();

        Assert.InRange(fixture.Packs().Values.Sum() - before, 0, 100_000);
        fixture.CheckEverything();
    }

    [Fact]
    public void Appending_to_a_large_file_stores_at_most_two_chunks()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        int length = TestScale.Choose(64, 1024) << 20;
        Directory.CreateDirectory(fixture["log"]);
        ProcessRunner.Shell($"head -c {length} /dev/urandom > '{fixture["log/file"]}'").Expect();
        fixture.Run("backup", fixture["log"]).Expect();
        long before = fixture.Packs().Values.Sum();
        File.AppendAllText(fixture["log/file"], new string('x', 1024));

        fixture.Run("backup", fixture["log"]).Expect();

        // Two chunks of at most 4 MiB, and room for a tree, footers and padding.
        Assert.InRange(fixture.Packs().Values.Sum() - before, 1, (8 << 20) + (2 << 20));
    }
}
