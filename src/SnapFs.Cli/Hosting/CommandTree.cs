using System.CommandLine;
using SnapFs.Cli.Commands;
using SnapFs.Cli.Commands.BackupManager;
using SnapFs.Cli.Commands.Importing;
using SnapFs.Cli.Commands.Keys;
using SnapFs.Cli.Commands.Volumes;

namespace SnapFs.Cli.Hosting;

/// <summary>All commands with all their options.</summary>
internal sealed class CommandTree
{
    /// <summary>The name of the option that every command has for its help.</summary>
    public const string HelpName = "--help";

    /// <summary>The name of the program among commands. The parser passes over a first argument that is this name, and two commands of
    /// one name end it: so it is neither that of the file, which may be called as a command is, nor one that can be typed.</summary>
    public const string RootName = "\0snapfs";

    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    private readonly Option<bool> _help = new(HelpName, "-h")
    {
        Description = "Show this help.",
        Recursive = true,
    };

    private readonly Option<bool> _version = new("--version", "-V")
    {
        Description = "Show the version of snapfs.",
    };

    private CommandTree(Command root, GlobalOptions globals)
    {
        Root = root;
        Globals = globals;
    }

    /// <summary>The program.</summary>
    public Command Root { get; }

    /// <summary>The options of every command.</summary>
    public GlobalOptions Globals { get; }

    /// <summary>Builds the tree.</summary>
    public static CommandTree Create()
    {
        Command root = new(RootName, "Encrypted, deduplicated backups that are mounted as one read-only file system.");
        CommandTree tree = new(root, new GlobalOptions());
        root.Options.Add(tree.Globals.All);
        root.Options.Add(tree._help);
        root.Options.Add(tree._version);
        foreach (Command command in AllCommands())
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(HelpCommand.Create(root, tree.Globals));
        DenyValuesOfFlags(root);
        return tree;
    }

    /// <summary>Parses words that <see cref="SplitTrailingCommand"/> gave.</summary>
    public ParseResult Parse(IReadOnlyList<string> arguments) => Root.Parse(arguments, Configuration);

    /// <summary>Whether help was asked for, whatever else is wrong.</summary>
    public bool WantsHelp(ParseResult parse) => parse.GetResult(_help) is { Implicit: false };

    /// <summary>Whether the version was asked for instead of a command.</summary>
    public bool WantsVersion(ParseResult parse) => parse.GetResult(_version) is { Implicit: false };

    /// <summary>A word after a flag is an argument, also if it is <c>true</c> or <c>false</c>.</summary>
    private static void DenyValuesOfFlags(Command command)
    {
        foreach (Option<bool> flag in command.Options.OfType<Option<bool>>())
        {
            flag.Arity = ArgumentArity.Zero;
        }

        foreach (Command subcommand in command.Subcommands)
        {
            DenyValuesOfFlags(subcommand);
        }
    }

    /// <summary>
    /// Cuts off what follows <c>--</c> for a command that runs another: its words are not ours to parse.
    /// </summary>
    public (string[] Own, string[]? Trailing) SplitTrailingCommand(string[] arguments)
    {
        int split = Array.IndexOf(arguments, "--");
        if (split < 0)
        {
            return (arguments, null);
        }

        string[] own = arguments[..split];
        return Parse(own).CommandResult.Command is CliCommand { TakesTrailingCommand: true }
            ? (own, arguments[(split + 1)..])
            : (arguments, null);
    }

    private static IEnumerable<Command> AllCommands() =>
    [
        InitCommand.Create(),
        KeyCommand.Create(),
        BackupCommand.Create(),
        SnapshotsCommand.Create(),
        LsCommand.Create(),
        FindCommand.Create(),
        VersionsCommand.Create(),
        CatCommand.Create(),
        DiffCommand.Create(),
        RestoreCommand.Create(),
        MountCommand.Create(),
        UmountCommand.Create(),
        VolumeCommand.Create(),
        BackupManagerCommand.Create(),
        ImportCommand.Create(),
        CheckCommand.Create(),
        StatsCommand.Create(),
        StatusCommand.Create(),
        VersionCommand.Create(),
        CompleteCommand.Create(),
    ];
}
