using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The units of systemd, and the file of a job that they read.</summary>
public sealed class UnitTests : IDisposable
{
    private static readonly string Units = Path.Combine(SnapFsBinary.SourceRoot, "native/units");
    private static readonly string Example = Path.Combine(SnapFsBinary.SourceRoot, "native/packaging/debian/example.env");
    private readonly TestDirectory directory = new();

    public static TheoryData<string> Names => new(Directory.GetFiles(Units).Select(path => Path.GetFileName(path)));

    public void Dispose() => directory.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Systemd_has_nothing_to_complain_about(string name)
    {
        Skip.IfNot(ProcessRunner.Exists("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd");
        foreach (string unit in Directory.GetFiles(Units))
        {
            // It wants programs to be where they are on a machine that has the package.
            File.WriteAllText(directory[Path.GetFileName(unit)], File.ReadAllText(unit)
                .Replace("=/usr/bin/snapfs", "=/bin/true", StringComparison.Ordinal)
                .Replace("=/etc/snapfs/failed", "=/bin/true", StringComparison.Ordinal));
        }

        ProcessResult result = ProcessRunner.Run("systemd-analyze", ["verify", "--man=no", directory[name]]).Expect();

        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("snapfs-backup@.service")]
    [InlineData("snapfs-check@.service")]
    public void Where_a_repository_is_stands_in_the_file_of_the_job_only(string name)
    {
        string[] settings = [.. File.ReadAllLines(Path.Combine(Units, name)).Where(line => !line.StartsWith('#'))];

        Assert.Contains("EnvironmentFile=/etc/snapfs/jobs/%i.env", settings);
        Assert.DoesNotContain(settings, line => line.Contains("/srv", StringComparison.Ordinal));
        Assert.Contains("ProtectSystem=full", settings);
        Assert.Contains("OnFailure=snapfs-failed@%n.service", settings);
    }

    [Fact]
    public void A_shell_reads_the_file_of_a_job_as_systemd_does()
    {
        ProcessResult read = ProcessRunner.Shell(
            $"set -a; . '{Example}'; env | grep ^SNAPFS_ | sort", new ProcessOptions
            {
                Environment = new Dictionary<string, string?> { ["SNAPFS_BINARY"] = null, ["SNAPFS_LONG"] = null },
            }).Expect();

        Assert.Equal("", read.Error);
        Assert.Equal(
            ["SNAPFS_OPTIONS=--exclude-caches --one-file-system", "SNAPFS_PASSWORD_FILE=/etc/snapfs/password",
                "SNAPFS_PATHS=/etc", "SNAPFS_REPOSITORY=/srv/backup"],
            read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void What_the_check_runs_is_one_part_of_the_bytes_a_day()
    {
        string line = File.ReadAllLines(Path.Combine(Units, "snapfs-check@.service"))
            .Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        ProgramFile.Write(directory["snapfs"], "#!/bin/sh\necho \"$@\"\n");

        // As systemd reads it: $$ and %% stand for one.
        string script = line["ExecStart=".Length..]
            .Replace("$$", "$", StringComparison.Ordinal)
            .Replace("%%", "%", StringComparison.Ordinal)
            .Replace("/usr/bin/snapfs", directory["snapfs"], StringComparison.Ordinal);

        Assert.Matches("^check --read-data-subset [1-9][0-9]?/31\n$", ProcessRunner.Shell(script).Expect().Output);
    }
}
