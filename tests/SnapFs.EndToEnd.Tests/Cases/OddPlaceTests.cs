using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>A repository or a cache that may not be written, or that several users share.</summary>
public sealed class OddPlaceTests : IDisposable
{
    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void Every_command_that_reads_works_without_a_place_for_a_cache_and_says_so_once()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        string source = BackUp();
        Directory.CreateDirectory(fixture["ro"]);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "-o", "ro", "none", fixture["ro"]]).Expect();
        fixture.Environment["SNAPFS_CACHE_DIR"] = fixture["ro"];

        string[][] commands =
        [
            ["snapshots"], ["ls", "-R", "latest"], ["find", "f"], ["cat", $"latest:{source}/f"], ["stats"], ["check"],
            ["diff", "latest", "latest"], ["restore", $"latest:{source}", "--target", fixture["o"]],
            ["backup", source, "--source", "d"],
        ];
        foreach (string[] command in commands)
        {
            ProcessResult result = fixture.Run(command).Expect();
            Assert.InRange(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 0, 1);
        }

        Assert.Equal("text", File.ReadAllText(fixture["o"] + "/f"));
        using MountPoint mount = fixture.Mount();
        Assert.Equal("text", File.ReadAllText(mount.Latest("d", source) + "/f"));
    }

    [SkippableFact]
    public void A_repository_on_a_read_only_file_system_is_read_by_every_command()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        string source = BackUp();
        string readOnly = fixture["ro"];
        ProcessRunner.Shell($"""
            mkdir '{readOnly}'
            mount --bind '{fixture.Repository}' '{readOnly}'
            mount -o remount,ro,bind '{readOnly}'
            """).Expect();
        fixture.Environment["SNAPFS_REPOSITORY"] = readOnly;

        fixture.Run("snapshots").Expect();
        fixture.Run("restore", $"latest:{source}", "--target", fixture["o"]).Expect();
        fixture.Run("check").Expect();
        fixture.Run("backup", "--dry-run", source, "--source", "d").Expect();
        using MountPoint mount = fixture.Mount();
        Assert.Equal("text", File.ReadAllText(mount.Latest("d", source) + "/f"));
    }

    [SkippableFact]
    public void Users_of_one_group_share_a_repository_in_a_directory_that_hands_its_group_down()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        const string Group = "65534";
        string shared = fixture["shared"];
        ProcessRunner.Shell($"""
            chmod 755 '{Path.GetDirectoryName(shared)}'
            mkdir -m 2770 '{shared}'
            chgrp {Group} '{shared}'
            chmod 2770 '{shared}'
            mkdir -m 777 '{shared}-cache'
            """).Expect();
        fixture.Environment["SNAPFS_REPOSITORY"] = shared + "/r";
        string source = BackUp();
        fixture.Environment["SNAPFS_CACHE_DIR"] = shared + "-cache";

        fixture.ShellAs(Group, $"snapfs snapshots; snapfs backup '{source}' --source theirs").Expect();

        fixture.Run("backup", source, "--source", "d").Expect();
        fixture.CheckEverything();
        Assert.Equal(3, fixture.CountSnapshots());
    }

    private string BackUp()
    {
        fixture.Initialise();
        string source = new TestTree { ["f"] = "text" }.WriteTo(fixture["d"]);
        fixture.Run("backup", source, "--source", "d").Expect();
        return source;
    }
}
