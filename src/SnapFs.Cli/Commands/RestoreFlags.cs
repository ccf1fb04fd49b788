using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Files.Restores;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Jobs.Restores;

namespace SnapFs.Cli.Commands;

/// <summary>The arguments and options of <c>snapfs restore</c>.</summary>
internal sealed class RestoreFlags
{
    public Argument<string> Reference { get; } = SnapshotArguments.One("ref", "The snapshot, or a part of it.");

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options =>
        [Target, Overwrite, Delete, DeletePartial, Include, Exclude, Verify, NumericIds, DryRun, Host];

    private Option<string> Target { get; } = new("--target", "-t")
    {
        Description = "The directory to restore into; made if it is missing.",
        HelpName = "DIR",
        Required = true,
    };

    private Option<string> Overwrite { get; } = new("--overwrite")
    {
        Description = "Files that exist: if-changed rewrites those of another size or time, always, never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => "if-changed",
    };

    private Option<bool> Delete { get; } = new("--delete")
    {
        Description = "Remove what the snapshot does not have from directories that are restored; what the backup could "
            + "not read or left out stays.",
    };

    private Option<bool> DeletePartial { get; } = new("--delete-partial")
    {
        Description = "--delete even if the snapshot does not say all that the backup could not read: that is removed too.",
    };

    private Option<string[]> Include { get; } = new("--include", "-i")
    {
        Description = "Restore only what matches this gitignore pattern; may be given more than once.",
        HelpName = "PATTERN",
    };

    private Option<string[]> Exclude { get; } = new("--exclude", "-e")
    {
        Description = "Leave alone what matches this gitignore pattern, in the snapshot and on the target; may be given more than once.",
        HelpName = "PATTERN",
    };

    private Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Read every file again, from the disk as far as the system lets its cache go, and compare it with the snapshot.",
    };

    private Option<bool> NumericIds { get; } = new("--numeric-ids")
    {
        Description = "Take owners and those named in access lists by number, not by name.",
    };

    private Option<bool> DryRun { get; } = new("--dry-run", "-n")
    {
        Description = "Change nothing, show what would be done; with -v each path.",
    };

    private Option<string?> Host { get; } = SnapshotArguments.Host();

    /// <summary>Reads all of them.</summary>
    /// <exception cref="UsageException">They make no sense together.</exception>
    public RestoreRequest Read(CommandContext context)
    {
        ParseResult parse = context.Parse;
        OverwriteMode mode = parse.GetValue(Overwrite) switch
        {
            "if-changed" => OverwriteMode.IfChanged,
            "always" => OverwriteMode.Always,
            "never" => OverwriteMode.Never,
            { } other => throw new UsageException(
                $"--overwrite takes if-changed, always or never, not '{SafeText.Of(other)}'"),
            null => OverwriteMode.IfChanged,
        };
        if (parse.GetRequiredValue(Target).Length == 0)
        {
            throw new UsageException("--target is empty; . is the working directory");
        }

        if ((parse.GetValue(Delete) || parse.GetValue(DeletePartial)) && parse.GetValue(Include) is { Length: > 0 })
        {
            throw new UsageException("--delete would remove what --include leaves out; give one of them");
        }

        RestoreOptions options = new()
        {
            Target = RawPaths.RequireText(parse.GetRequiredValue(Target)),
            Sources = [],
            Overwrite = mode,
            Delete = parse.GetValue(Delete) || parse.GetValue(DeletePartial),
            Include = PatternFlags.Read(parse.GetValue(Include), Include.Name),
            Exclude = PatternFlags.Read(parse.GetValue(Exclude), Exclude.Name),
            Verify = parse.GetValue(Verify),
            NumericIds = parse.GetValue(NumericIds),
            DryRun = parse.GetValue(DryRun),
        };
        return new RestoreRequest(
            SnapshotReference.Parse(parse.GetRequiredValue(Reference)),
            parse.GetValue(Host),
            context.Environment.HostName(),
            options)
        {
            Zone = context.Zone,
            DeletesPartial = parse.GetValue(DeletePartial),
        };
    }
}
