using System.CommandLine;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Hosting;

public sealed class CommandTreeTests
{
    private static readonly CommandTree Tree = CommandTree.Create();

    public static TheoryData<string> CommandPaths =>
        [.. All(Tree.Root).Select(command => HelpWriter.PathOf(command))];

    [Fact]
    public void The_commands_of_this_version_are_there_and_no_others() => Assert.Equal(
        [
            "init", "key", "backup", "snapshots", "ls", "find", "versions", "cat", "diff", "restore", "mount", "umount", "volume",
            "backup-manager", "import", "check", "stats", "status", "version", "complete", "help",
        ],
        Tree.Root.Subcommands.Select(command => command.Name));

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void Every_command_has_help_of_80_columns_with_examples(string path)
    {
        Command command = All(Tree.Root).Single(c => HelpWriter.PathOf(c) == path);
        string help = HelpWriter.For(command, Tree.Globals);

        Assert.StartsWith($"Usage: {path}", help, StringComparison.Ordinal);
        Assert.All(
            help.Split('\n'),
            line => Assert.True(line.Length <= 80 || line.Contains("snapfs ", StringComparison.Ordinal), line));
        if (command is CliCommand { Run: not null } runnable)
        {
            Assert.NotEmpty(runnable.Examples);
            Assert.All(runnable.Examples, example => Assert.Contains(path, example.CommandLine, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_help_of_the_program_names_every_command_on_one_screen()
    {
        string help = HelpWriter.For(Tree.Root, Tree.Globals);

        Assert.Equal(
            HelpWriter.VisibleCommands(Tree.Root).Select(command => command.Name).Order(),
            Overview.Rows.SelectMany(row => row.Commands).Order());
        Assert.InRange(help.Split('\n').Length, 10, 24); // with the line of the prompt
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void The_first_screen_of_a_command_shows_what_it_takes_and_the_last_how_it_is_used(string path)
    {
        string[] lines = HelpWriter.For(All(Tree.Root).Single(c => HelpWriter.PathOf(c) == path), Tree.Globals).Split('\n');
        string[] headings = [.. lines.Where(line => line.EndsWith(':') && !line.StartsWith(' '))];

        Assert.Contains(headings[0], lines.Take(10));
        Assert.Matches("^(Commands|Arguments|Options( of every command.*)?):$", headings[0]);
        Assert.True(headings[^1] == "Examples:" || headings[0] == "Commands:", headings[^1]);
    }

    [Fact]
    public void The_options_of_every_command_are_explained_in_one_place()
    {
        string help = HelpWriter.ForOptions(Tree.Globals);

        Assert.All(Tree.Globals.All, option => Assert.Contains(option.Name, help, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void Every_option_and_argument_says_what_it_is(string path)
    {
        Command command = All(Tree.Root).Single(c => HelpWriter.PathOf(c) == path);

        Assert.All(command.Options, option => Assert.Matches("\\.( \\[[A-Z_]+\\])?$", HiddenOr(option)));
        Assert.All(command.Arguments, argument => Assert.EndsWith(".", argument.Description ?? "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void Examples_parse(string path)
    {
        foreach (Example example in (All(Tree.Root).Single(c => HelpWriter.PathOf(c) == path) as CliCommand)?.Examples ?? [])
        {
            string line = example.CommandLine.Replace("$(date +%-d)", "7", StringComparison.Ordinal);
            string[] words = [.. line.Split(" | ")[0].Split(' ').Skip(1).Select(word => word.Trim('\''))];
            (string[] own, _) = Tree.SplitTrailingCommand(words);
            Assert.Empty(Tree.Parse(own).Errors);
        }
    }

    [Theory]
    [InlineData("backup", "--command", "--", "echo", "--json")]
    public void Words_after_two_dashes_belong_to_the_command_that_is_run(params string[] arguments)
    {
        (string[] own, string[]? trailing) = Tree.SplitTrailingCommand(arguments);

        Assert.Equal(["backup", "--command"], own);
        Assert.Equal<IEnumerable<string>>(["echo", "--json"], trailing);
    }

    [Fact]
    public void Other_commands_keep_their_two_dashes()
    {
        (string[] own, string[]? trailing) = Tree.SplitTrailingCommand(["ls", "--", "-x"]);

        Assert.Equal(["ls", "--", "-x"], own);
        Assert.Null(trailing);
    }

    private static IEnumerable<Command> All(Command command) =>
        command.Subcommands.SelectMany(All).Prepend(command);

    private static string HiddenOr(Option option) => option.Hidden ? "." : option.Description ?? "";
}
