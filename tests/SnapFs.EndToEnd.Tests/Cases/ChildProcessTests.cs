using System.Globalization;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>What the programs that are started learn, and who else may look into this one.</summary>
public sealed class ChildProcessTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("backup --command --source c -- sh -c 'env > LOG; echo data'")]
    [InlineData("volume import --cell c --filter 'env > LOG; cat' /dev/null")]
    [InlineData("volume restore latest some.volume other.volume")]
    [InlineData("volume restore latest some.volume other.volume --localauth")]
    [InlineData("import restic /srv/restic")]
    [InlineData("import borg /srv/borg")]
    public void A_program_that_is_started_gets_no_secret(string commandLine)
    {
        string log = fixture["environment"];
        foreach (string program in (string[])["vos", "restic", "borg"])
        {
            WriteProgram(program, $"env > '{log}'; exit 1");
        }

        fixture.Environment["SNAPFS_KEY_FILE"] = null;
        fixture.Environment["PATH"] = $"{fixture["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";

        fixture.Shell($"snapfs {commandLine.Replace("LOG", log, StringComparison.Ordinal)}");

        AssertNoSecret(log);
    }

    [Fact]
    public void The_command_that_prints_the_passphrase_gets_no_other_secret()
    {
        string log = fixture["environment"];
        fixture.Environment["SNAPFS_PASSWORD_COMMAND"] = $"env > '{log}'; echo '{RepositoryFixture.Password}'";

        fixture.Run("snapshots").Expect();

        AssertNoSecret(log);
    }

    [SkippableFact]
    public void The_process_behind_a_mount_has_no_secret_and_no_way_in_for_debuggers()
    {
        Skip.IfNot(File.Exists("/dev/fuse"), "there is no /dev/fuse");
        using MountPoint mount = fixture.Mount();
        string process = ProcessRunner.Shell($"pgrep -f -- '{mount.Path} [-]-serve'").Expect().Output.Trim();

        Assert.DoesNotContain("SNAPFS_PASSWORD", File.ReadAllText($"/proc/{process}/environ"), StringComparison.Ordinal);
        AssertNoPipes(int.Parse(process, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void No_debugger_finds_a_way_into_a_running_backup()
    {
        File.WriteAllText(fixture["script"], "echo $PPID > \"$1\"; sleep 2; echo data");

        using RunningProcess backup = fixture.Start(
            "backup", "--source", "s", "--command", "--", "sh", fixture["script"], fixture["pid"]);
        while (!File.Exists(fixture["pid"]) || new FileInfo(fixture["pid"]).Length == 0)
        {
            Thread.Sleep(20);
        }

        AssertNoPipes(int.Parse(File.ReadAllText(fixture["pid"]), CultureInfo.InvariantCulture));
        backup.Wait().Expect();
    }

    private static void AssertNoPipes(int process)
    {
        string number = process.ToString(CultureInfo.InvariantCulture);
        Assert.Empty(Directory.EnumerateFileSystemEntries("/tmp", $"dotnet-diagnostic-{number}-*"));
        Assert.Empty(Directory.EnumerateFileSystemEntries("/tmp", $"clr-debug-pipe-{number}-*"));
    }

    private static void AssertNoSecret(string log)
    {
        string environment = File.ReadAllText(log);
        Assert.Contains("SNAPFS_REPOSITORY=", environment, StringComparison.Ordinal); // what it lists is our environment
        Assert.DoesNotContain("SNAPFS_PASSWORD", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("SNAPFS_KEY", environment, StringComparison.Ordinal);
    }

    private void WriteProgram(string name, string script)
    {
        Directory.CreateDirectory(fixture["bin"]);
        ProgramFile.Write(Path.Combine(fixture["bin"], name), $"#!/bin/sh\n{script}\n");
    }
}
