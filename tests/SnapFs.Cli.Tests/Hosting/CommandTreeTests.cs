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
            "init", "key", "backup", "snapshots", "ls", "find", "cat", "diff", "restore", "mount", "umount", "volume",
            "backup-manager", "check", "stats", "version",
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
