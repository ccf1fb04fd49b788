using System.CommandLine;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs help</c>: the same as <c>--help</c>, for those who type it first.</summary>
internal static class HelpCommand
{
    public static CliCommand Create(Command root, GlobalOptions globals)
    {
        Argument<string[]> words = new("command")
        {
            HelpName = "COMMAND",
            Description = "The command, with its subcommand if it has some; or the word options.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        return new CliCommand("help", "Show the help of a command.")
        {
            Run = (context, _) =>
            {
                context.Output.Write(TextFor(root, globals, context.Parse.GetValue(words) ?? []));
                return Task.FromResult(ExitCode.Success);
            },
            Arguments = { words },
            Examples =
            [
                new("snapfs help backup", "What backup can do"),
                new("snapfs help key add", "A command of a group"),
                new("snapfs help options", "What can be given to every command"),
            ],
        };
    }

    private static string TextFor(Command root, GlobalOptions globals, string[] words)
    {
        if (words is [Overview.OptionsTopic])
        {
            return HelpWriter.ForOptions(globals);
        }

        Command command = root;
        foreach (string word in words)
        {
            command = command.Subcommands.FirstOrDefault(c => c.Name == word)
                ?? throw new UsageException(
                    $"{UsageMessage.ForUnknownCommand(word, command)}; see '{HelpWriter.PathOf(command)} --help'");
        }

        return HelpWriter.For(command, globals);
    }
}
