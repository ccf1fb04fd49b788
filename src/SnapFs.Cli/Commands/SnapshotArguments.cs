using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>Arguments that name snapshots, worded alike everywhere.</summary>
internal static class SnapshotArguments
{
    /// <summary>What a reference is, for help.</summary>
    public const string Note =
        "REF is latest, 8 or more digits of an id, host:source (its latest), or host:source@TIME, where TIME may be "
        + @"cut short (2026-11-21). REF:/path is a part of it; in REF:\/path, \\ is a backslash and \xNN a byte. latest is "
        + "the newest snapshot of this host, or of the only host there is; of the latest snapshots of several sources, "
        + "latest:/path is the newest that holds the path.";

    /// <summary>One reference.</summary>
    public static Argument<string> One(string name, string description) =>
        new(name) { HelpName = name.ToUpperInvariant(), Description = description };

    /// <summary>The option that says whose newest snapshot <c>latest</c> is.</summary>
    public static Option<string?> Host() => new("--host")
    {
        Description = "The host whose newest snapshot latest is, instead of this one.",
        HelpName = "HOST",
    };

    /// <summary>Finds the snapshot that a reference names. Damaged ones are reported, as it may be one of them.</summary>
    /// <param name="context">The command.</param>
    /// <param name="reader">The repository.</param>
    /// <param name="text">The reference.</param>
    /// <param name="host">The value of <see cref="Host"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static (SnapshotHead Snapshot, byte[]? Path) Resolve(
        CommandContext context, RepositoryReader reader, string text, string? host, CancellationToken cancellationToken)
    {
        Problems.Report(context.Output, reader.Problems);
        SnapshotReference reference = SnapshotReference.Parse(text);
        SnapshotHead snapshot =
            SnapshotFinder.Find(reader, reference, host, context.Environment.HostName(), cancellationToken);
        return (snapshot, reference.Path);
    }
}
