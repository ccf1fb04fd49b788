using System.CommandLine;
using System.Text;

namespace SnapFs.Cli.Hosting;

/// <summary>Writes the help of a command, 80 columns wide, the same on every machine.</summary>
internal static class HelpWriter
{
    private const int Width = 80;
    private const int MaxLeft = 30;

    /// <summary>Everything about a command: what is needed most on the first screen, examples on the last.</summary>
    public static string For(Command command, GlobalOptions globals)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        writer.WriteLine($"Usage: {UsageOf(command)}");
        writer.WriteLine();
        Wrap(writer, command.Description ?? "", "");
        if (command.Name == CommandTree.RootName)
        {
            Section(writer, "Commands", [.. Overview.Rows.Select(row => (string.Join(", ", row.Commands), row.Text))]);
            Heading(writer, "Examples");
            foreach (string line in Overview.Examples)
            {
                writer.WriteLine($"  {line}");
            }

            return writer.ToString();
        }

        CliCommand? own = command as CliCommand;
        Section(writer, "Commands", [.. VisibleCommands(command).Select(c => (c.Name, c.Description ?? ""))]);
        Section(writer, "Arguments", [.. command.Arguments.Select(a => (NameOf(a), a.Description ?? ""))]);
        Section(writer, "Options", [.. OwnOptions(command, globals).Select(Row)]);
        Heading(writer, $"Options of every command ('snapfs help {Overview.OptionsTopic}' explains them)");
        Wrap(writer, GlobalRows(globals).Select(row => row.Left), "   ", "  ");
        if (own is { Notes.Count: > 0 })
        {
            Heading(writer, "Details");
            foreach ((int i, string note) in own.Notes.Index())
            {
                writer.Write(i > 0 ? "\n" : "");
                Wrap(writer, note, "  ");
            }
        }

        if (own is { Examples.Count: > 0 })
        {
            Heading(writer, "Examples");
            foreach (Example example in own.Examples)
            {
                writer.WriteLine($"  {example.CommandLine}");
                Wrap(writer, example.Meaning, "      ");
            }
        }

        return writer.ToString();
    }

    /// <summary>The options that every command takes, explained.</summary>
    public static string ForOptions(GlobalOptions globals)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Wrap(writer, "Every command takes these options; a word in brackets is the variable that gives the same.", "");
        Section(writer, "Options of every command", [.. GlobalRows(globals)]);
        return writer.ToString();
    }

    /// <summary>The words that name a command: <c>snapfs key add</c>.</summary>
    public static string PathOf(Command command)
    {
        StringBuilder path = new(NameOf(command));
        for (Command? parent = ParentOf(command); parent is not null; parent = ParentOf(parent))
        {
            path.Insert(0, NameOf(parent) + " ");
        }

        return path.ToString();
    }

    /// <summary>The synopsis of a command.</summary>
    public static string UsageOf(Command command)
    {
        StringBuilder usage = new(PathOf(command));
        usage.Append(command.Subcommands.Count > 0 ? " COMMAND" : "");
        foreach (Argument argument in command.Arguments)
        {
            string name = NameOf(argument) + (argument.Arity.MaximumNumberOfValues > 1 ? "…" : "");
            usage.Append(argument.Arity.MinimumNumberOfValues > 0 ? $" {name}" : $" [{name}]");
        }

        usage.Append(" [OPTION…]");
        if (command is CliCommand { TrailingUsage: { } trailing })
        {
            usage.Append(' ').Append(trailing);
        }

        return usage.ToString();
    }

    /// <summary>The name of an argument as help writes it: <c>PATH</c>.</summary>
    public static string NameOf(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    /// <summary>The subcommands that are shown.</summary>
    public static IEnumerable<Command> VisibleCommands(Command command) => command.Subcommands.Where(c => !c.Hidden);

    /// <summary>The options that a command adds to those of every command.</summary>
    public static IEnumerable<Option> OwnOptions(Command command, GlobalOptions globals) =>
        command.Options.Where(o => !o.Hidden && !globals.All.Contains(o) && o.Name != CommandTree.HelpName);

    /// <summary>The left and the right column of an option.</summary>
    public static (string Left, string Right) Row(Option option)
    {
        IEnumerable<string> names = option.Aliases.Where(a => a.Length == 2).Append(option.Name);
        string value = option.ValueType == typeof(bool) ? "" : $" {option.HelpName ?? "VALUE"}";
        return (string.Join(", ", names) + value, option.Description ?? "");
    }

    private static string NameOf(Command command) => command.Name == CommandTree.RootName ? "snapfs" : command.Name;

    private static Command? ParentOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault();

    private static IEnumerable<(string Left, string Right)> GlobalRows(GlobalOptions globals) =>
        globals.All.Select(Row).Append(("-h, --help", "Show this help."));

    private static void Heading(TextWriter writer, string title)
    {
        writer.WriteLine();
        writer.WriteLine($"{title}:");
    }

    private static void Section(TextWriter writer, string title, IReadOnlyList<(string Left, string Right)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Heading(writer, title);
        int left = Math.Min(rows.Max(r => r.Left.Length), MaxLeft);
        string indent = new(' ', left + 4);
        foreach ((string name, string text) in rows)
        {
            if (name.Length > left)
            {
                writer.WriteLine($"  {name}");
                Wrap(writer, text, indent);
            }
            else
            {
                Wrap(writer, text, indent, $"  {name.PadRight(left)}  ");
            }
        }
    }

    private static void Wrap(TextWriter writer, string text, string indent, string? first = null) =>
        Wrap(writer, text.Split(' '), " ", indent, first);

    private static void Wrap(TextWriter writer, IEnumerable<string> words, string between, string indent, string? first = null)
    {
        StringBuilder line = new(first ?? indent);
        int start = line.Length;
        foreach (string word in words)
        {
            if (line.Length > start && line.Length + between.Length + word.Length > Width)
            {
                writer.WriteLine(line);
                line.Clear().Append(indent);
                start = line.Length;
            }

            line.Append(line.Length > start ? between : "").Append(word);
        }

        writer.WriteLine(line.ToString().TrimEnd());
    }
}
