using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>Arguments that name snapshots, worded alike everywhere.</summary>
internal static class SnapshotArguments
{
    /// <summary>What a reference is, for help.</summary>
    public const string Note =
        "REF is latest, 8 or more digits of an id, host:source (its latest), or host:source@TIME, where TIME may be "
        + "cut short (2026-11-21). REF:/path is a part of it.";

    /// <summary>One reference.</summary>
    public static Argument<string> One(string name, string description) =>
        new(name) { HelpName = name.ToUpperInvariant(), Description = description };

    /// <summary>Finds the snapshot that a reference names. Damaged ones are reported, as it may be one of them.</summary>
    public static (SnapshotHead Snapshot, byte[]? Path) Resolve(
        CommandContext context, RepositoryReader reader, string text)
    {
        Problems.Report(context.Output, reader.Problems);
        SnapshotReference reference = SnapshotReference.Parse(text);
        return (SnapshotResolver.Resolve(reader.Snapshots, reference), reference.Path);
    }
}
