using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Importing;

namespace SnapFs.Cli.Commands.Importing;

/// <summary>The arguments and options of <c>snapfs import restic</c> and <c>borg</c>.</summary>
/// <param name="repository">What the repository is.</param>
internal sealed class ImportFlags(string repository)
{
    public Argument<string> Repository { get; } = new("repository")
    {
        HelpName = "REPO",
        Description = repository,
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options => [Snapshots, Host, Source, Tags, Scratch, NoLock, DryRun];

    private Option<string[]> Snapshots { get; } = new("--snapshot")
    {
        Description = "Take over only this one, by its name or id there; may be given more than once.",
        HelpName = "ID",
    };

    private Option<string?> Host { get; } = new("--host")
    {
        Description = "The machine to record; by default the one that each snapshot says.",
        HelpName = "HOST",
    };

    private Option<string?> Source { get; } = new("--source")
    {
        Description = "The name of the job; by default the paths of each snapshot, such as etc+home-ann.",
        HelpName = "NAME",
    };

    private Option<string[]> Tags { get; } = new("--tag")
    {
        Description = "A word for the snapshots beside those they have; may be given more than once.",
        HelpName = "TAG",
    };

    private Option<string?> Scratch { get; } = new("--scratch")
    {
        Description = "Where each snapshot is restored to before it is read; in the cache by default.",
        HelpName = "DIR",
    };

    private Option<bool> NoLock { get; } = new("--no-lock")
    {
        Description = "Do not lock the other repository, as where it cannot be written.",
    };

    private Option<bool> DryRun { get; } = new("--dry-run", "-n")
    {
        Description = "Take nothing over, list what would be.",
    };

    /// <summary>The repository of the other program.</summary>
    public string RepositoryOf(CommandContext context) => context.Parse.GetRequiredValue(Repository);

    /// <summary>Whether that is locked.</summary>
    public bool Locks(CommandContext context) => !context.Parse.GetValue(NoLock);

    /// <summary>Reads all of them.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public ForeignImportRequest Read(CommandContext context, ForeignProgram program)
    {
        ParseResult parse = context.Parse;
        string? host = parse.GetValue(Host);
        string? source = parse.GetValue(Source);
        string[] tags = [.. (parse.GetValue(Tags) ?? []).Distinct()];
        SourceNames.Require(host ?? "none", "--host");
        SourceNames.Require(source ?? "none", "--source");
        foreach (string tag in tags)
        {
            SourceNames.Require(tag, "--tag");
        }

        return new ForeignImportRequest
        {
            Program = program,
            Chosen = parse.GetValue(Snapshots) ?? [],
            Host = host,
            Source = source,
            Tags = tags,
            Scratch = parse.GetValue(Scratch),
            DryRun = parse.GetValue(DryRun),
        };
    }
}
