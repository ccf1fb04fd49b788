using System.CommandLine;

namespace SnapFs.Cli.Commands;

/// <summary>The options of <c>snapfs find</c> that look at a node.</summary>
internal sealed class FindOptions
{
    public Option<string?> Type { get; } = new("--type", "-t")
    {
        Description = "f file, d directory, l symlink, b or c device, p fifo, s socket; several letters for several.",
        HelpName = "LETTERS",
    };

    public Option<string?> Size { get; } = new("--size")
    {
        Description = "Files of +N bytes and more or of -N bytes and fewer; N may end in K, M, G or T.",
        HelpName = "SIZE",
    };

    public Option<string?> Newer { get; } = new("--newer")
    {
        Description = "Changed at this time or later: 2026-11-21 or 2026-11-21T02:20:00Z, in UTC.",
        HelpName = "TIME",
    };

    public Option<string?> Older { get; } = new("--older")
    {
        Description = "Changed before this time.",
        HelpName = "TIME",
    };

    public Option<bool> IgnoreCase { get; } = new("--ignore-case", "-i")
    {
        Description = "Take capital and small letters as equal.",
    };

    public Option<bool> Versions { get; } = new("--versions")
    {
        Description = "Show each version of what is found once, and what was deleted, instead of every snapshot's.",
    };

    public IReadOnlyList<Option> All => [Type, Size, Newer, Older, IgnoreCase, Versions];
}
