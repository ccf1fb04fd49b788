using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Terminals;

/// <summary>What a person sees on a terminal of 80 columns and 24 rows, and what comes of typing there.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string CtrlC = @"\x03";

    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void A_first_session_fits_and_says_what_it_does()
    {
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        string source = new TestTree { ["a"] = "one", ["sub/b"] = "two" }.WriteTo(fixture["data"]);
        (string, string)[] twice = [("assphrase", @"secret\n"), ("gain", @"secret\n")];
        (string, string)[] once = [("assphrase", @"secret\n")];

        Terminal init = Terminal.Run(fixture, twice, "init", "--argon-memory", "64M", "--argon-passes", "2").AssertFits();
        Assert.Equal(0, init.ExitCode);
        Assert.DoesNotContain("secret", init.Sent, StringComparison.Ordinal);
        Assert.Contains(init.Lines, line => line.StartsWith("WITHOUT THE PASSPHRASE", StringComparison.Ordinal));

        Terminal backup = Terminal.Run(fixture, once, "backup", source, "--source", "home").AssertReplacedFits();
        Assert.Equal(0, backup.ExitCode);
        Assert.Contains("2 files", backup.Lines[^1], StringComparison.Ordinal);

        foreach (string[] command in (string[][])
            [
                ["snapshots"], ["snapshots", "--group"], ["ls", "-l", $"latest:{source}"], ["versions", $"latest:{source}/a"],
                ["find", "--versions", "*"], ["status"], ["stats"], ["check"], ["key", "list"],
            ])
        {
            Terminal shown = Terminal.Run(fixture, once, command).AssertFits();
            Assert.True(shown.ExitCode == 0, $"{command[0]}: {shown.Sent}");
        }
    }

    [SkippableFact]
    public void A_wrong_passphrase_may_be_typed_again_twice_at_a_prompt_that_names_the_repository()
    {
        fixture.Initialise();
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        (string, string) wrong = ("assphrase", @"wrong\n");

        Terminal right = Terminal.Run(
            fixture, [wrong, wrong, ("assphrase", RepositoryFixture.Password + @"\n")], "snapshots");
        Terminal never = Terminal.Run(fixture, [wrong, wrong, wrong], "snapshots");

        Assert.Equal(0, right.ExitCode);
        Assert.Equal("0 snapshots", right.Lines[^1]);
        Assert.Contains(fixture.Repository, right.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(RepositoryFixture.Password, right.Sent, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.WrongKey, never.ExitCode);
    }

    [SkippableFact]
    public void Long_work_shows_its_phase_within_the_columns_and_leaves_nothing_of_it_behind()
    {
        fixture.Initialise();
        string source = fixture["data"];
        TestTree tree = new();
        for (int i = 0; i < 3000; i++)
        {
            tree[$"{i % 50}/{i}"] = new string((char)('a' + (i % 26)), 20_000 + i);
        }

        tree.WriteTo(source);
        foreach ((string phase, string[] command) in ((string, string[])[])
            [
                ("backup:", ["backup", source]), ("restore:", ["restore", "latest", "--target", fixture["out"]]),
                ("check ", ["check", "--read-data"]),
            ])
        {
            Terminal shown = Terminal.Run(fixture, [], command).AssertReplacedFits();

            Assert.Equal(0, shown.ExitCode);
            Assert.DoesNotContain(shown.Lines, line => line.Contains(phase, StringComparison.Ordinal));
            Assert.All(
                shown.States.Where(state => state.Contains(" left", StringComparison.Ordinal)),
                state => Assert.Contains(phase, state, StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public void Ctrl_c_ends_a_backup_with_one_line()
    {
        fixture.Initialise();

        Terminal shown = Terminal.Run(fixture, [("backup:", CtrlC)], "backup", "/usr").AssertFits();

        Assert.Equal(130, shown.ExitCode);
        Assert.Contains("stopped", shown.Lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("backup:", shown.Lines[^1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Help_of_every_command_fits_its_columns_and_what_it_is_for_its_first_screen()
    {
        Terminal overview = Terminal.Run(fixture, [], "help").AssertFits();
        Assert.InRange(overview.Lines.Count, 10, Terminal.Rows);
        string[] commands =
        [
            .. overview.Lines
                .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiLetterLower(line[2]))
                .SelectMany(line => line.Trim().Split("  ")[0].Split(", "))
                .Where(command => !command.Contains(' ', StringComparison.Ordinal)),
        ];
        Assert.Contains("backup", commands);
        string[] below = ["add", "change", "export", "import", "list", "remove"];
        foreach (string[] command in commands.Select(command => (string[])[command]).Concat(below.Select(word => (string[])["key", word])))
        {
            Terminal help = Terminal.Run(fixture, [], [.. command, "--help"]).AssertFits();
            Assert.True(help.ExitCode == 0, help.Sent);
            Assert.Contains(help.Lines.Take(Terminal.Rows), line => line.StartsWith("Usage:", StringComparison.Ordinal));
        }
    }
}
