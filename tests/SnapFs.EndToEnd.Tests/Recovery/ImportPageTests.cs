using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Recovery;

/// <summary>What <c>docs/import.md</c> says to type is typed, in its order.</summary>
public sealed partial class ImportPageTests
{
    [SkippableFact]
    public void The_history_of_restic_and_of_borg_is_taken_along()
    {
        Skip.IfNot(
            ProcessRunner.Exists("restic") && ProcessRunner.Exists("borg"), "restic or borg is missing: apt-get install restic borgbackup");
        using RepositoryFixture fixture = new();
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        fixture.Environment["SNAPFS_REPOSITORY"] = null;
        fixture.Environment["RESTIC_CACHE_DIR"] = fixture["restic-cache"];
        fixture.Environment["BORG_BASE_DIR"] = fixture["borg-base"];
        foreach (string name in (string[])["snapfs", "restic", "borg"])
        {
            Directory.CreateDirectory(fixture[$"etc/{name}"]);
            File.WriteAllText(fixture[$"etc/{name}/password"], $"the secret of {name}\n");
        }

        File.SetUnixFileMode(fixture["etc/snapfs/password"], UnixFileMode.UserRead);
        string page = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, "docs", "import.md"));
        string[] commands = [.. Command().Matches(page).Select(match => match.Groups[1].Value)];
        string script = Place().Replace(string.Join('\n', commands), match => fixture[match.Value[1..]]);

        string output = fixture.Shell($"""
            set -eu
            export PASSWORDS='{fixture["etc"]}'
            restic -q -r '{fixture["srv/restic"]}' --password-file "$PASSWORDS/restic/password" init
            BORG_PASSCOMMAND="cat $PASSWORDS/borg/password" borg init -e repokey '{fixture["srv/borg"]}' 2> /dev/null
            mkdir -p '{fixture["data"]}'
            for day in 1 2; do
                echo $day > '{fixture["data"]}'/file$day
                restic -q -r '{fixture["srv/restic"]}' --password-file "$PASSWORDS/restic/password" backup '{fixture["data"]}'
                BORG_PASSCOMMAND="cat $PASSWORDS/borg/password" borg create '{fixture["srv/borg"]}'::day$day '{fixture["data"]}'
            done
            export SNAPFS_PASSWORD_FILE="$PASSWORDS/snapfs/password"
            snapfs --repo '{fixture["srv/backup"]}' init --argon-memory 64M --argon-passes 2
            {script}
            """).Expect().Output;

        Assert.True(commands.Length > 10, page);
        Assert.Equal(2, Count(output, "2 snapshots taken over, 0 already here"));
        Assert.Equal(2, Count(output, "2 snapshots would be taken over, 0 already here"));
        Assert.Equal(1, Count(output, "0 snapshots taken over, 2 already here"));
        Assert.Equal("2\n", File.ReadAllText(fixture[$"srv/by-snapfs{fixture["data"]}/file2"]));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>The indented lines.</summary>
    [GeneratedRegex("^    (.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("/(?:srv|etc)/(?:backup|restic|borg|snapfs|by-restic|by-snapfs)")]
    private static partial Regex Place();
}
