using System.CommandLine;
using System.Text;

namespace SnapFs.Cli.Hosting;

/// <summary>Writes the help of a command, 80 columns wide, the same on every machine.</summary>
internal static class HelpWriter
{
    private const int Width = 80;
    private const int MaxLeft = 30;

    /// <summary>Everything about a command.</summary>
    public static string For(Command command, GlobalOptions globals)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        writer.WriteLine($"Usage: {UsageOf(command)}");
        writer.WriteLine();
        Wrap(writer, command.Description ?? "", "");
        CliCommand? own = command as CliCommand;
        foreach (string note in own?.Notes ?? [])
        {
            writer.WriteLine();
            Wrap(writer, note, "");
        }

        Section(writer, "Commands", [.. VisibleCommands(command).Select(c => (c.Name, c.Description ?? ""))]);
        Section(writer, "Arguments", [.. command.Arguments.Select(a => (NameOf(a), a.Description ?? ""))]);
        Section(writer, "Options", [.. OwnOptions(command, globals).Select(Row)]);
        Section(writer, "Options of every command", [.. globals.All.Select(Row), ("-h, --help", "Show this help.")]);
        if (own is { Examples.Count: > 0 })
        {
            writer.WriteLine();
            writer.WriteLine("Examples:");
            foreach (Example example in own.Examples)
            {
                writer.WriteLine($"  {example.CommandLine}");
                Wrap(writer, example.Meaning, "      ");
            }
        }

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

    private static void Section(TextWriter writer, string title, IReadOnlyList<(string Left, string Right)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine($"{title}:");
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

    private static void Wrap(TextWriter writer, string text, string indent, string? first = null)
    {
        StringBuilder line = new(first ?? indent);
        int start = line.Length;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > start && line.Length + 1 + word.Length > Width)
            {
                writer.WriteLine(line);
                line.Clear().Append(indent);
                start = line.Length;
            }

            line.Append(line.Length > start ? " " : "").Append(word);
        }

        writer.WriteLine(line.ToString().TrimEnd());
    }
}
