using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.References;
using SnapFs.Jobs.Connections;
using SnapFs.Files.Restores;
using SnapFs.Jobs.Restores;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs restore</c>: writes files of a snapshot back.</summary>
internal static class RestoreCommand
{
    public static CliCommand Create()
    {
        RestoreFlags flags = new();
        return new CliCommand("restore", "Write files of a snapshot to a directory.")
        {
            Run = (context, cancellationToken) => RunAsync(context, flags.Read(context), cancellationToken),
            Arguments = { flags.Reference },
            Options = { flags.Options },
            Notes =
            [
                "A whole snapshot is recreated below the target with its absolute paths; REF:/dir restores the content "
                    + "of a directory, REF:/file a file. --target / restores in place. What is there already with the "
                    + "same size and time is left as it is. Nothing outside the target is ever touched.",
                SnapshotArguments.Note,
                "Owners are matched by name, then by number. Somebody who is not root gets all files as his own, with modes, "
                    + "times and attributes but without set-user-ID and set-group-ID where the owner is another; a warning "
                    + "says how many these are. Exits with 3 if something could not be written.",
            ],
            Examples =
            [
                new("snapfs restore latest --target /mnt/new", "Everything, below another directory"),
                new("snapfs restore latest:/etc/nginx --target /etc/nginx --delete", "One directory, exactly as it was"),
                new("snapfs restore web1:root@2026-11-20 --target / --dry-run", "What restoring in place would change"),
                new("snapfs restore latest --target /tmp/out --include '*.conf'", "Only some files"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, RestoreRequest request, CancellationToken cancellationToken)
    {
        await using RepositoryConnection connection = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        RestoreJob job = new(connection, request, context.Observer);
        RestoreOutcome outcome = await job.RunAsync(cancellationToken).ConfigureAwait(false);
        RestoreResult result = outcome.Result;
        if (result.OwnersNotSet > 0)
        {
            context.Output.Warning($"{Units.Count(result.OwnersNotSet, "entry", "entries")} of other owners or groups "
                + "are yours now; only root can restore owners");
        }

        Show(context.Output, outcome, request);
        return result.ExitCode;
    }

    private static void Show(CommandOutput output, RestoreOutcome outcome, RestoreRequest request)
    {
        (SnapshotHead snapshot, RestoreResult result, TimeSpan elapsed) = outcome;
        RestoreProgress counts = result.Counts;
        if (output.IsJson)
        {
            output.Json("restore", json =>
            {
                json.WriteString("snapshot", snapshot.Id.ToString());
                json.WriteString("target", request.Options.Target);
                json.WriteBoolean("dryRun", request.Options.DryRun);
                json.WriteNumber("entries", counts.Entries);
                json.WriteNumber("files", counts.Files);
                json.WriteNumber("bytes", counts.Bytes);
                json.WriteNumber("bytesWritten", counts.BytesWritten);
                json.WriteNumber("filesKept", counts.FilesKept);
                json.WriteNumber("deleted", counts.Deleted);
                json.WriteNumber("verified", counts.Verified);
                json.WriteNumber("ownersNotSet", result.OwnersNotSet);
                json.WriteNumber("problems", counts.Problems);
                json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            });
            return;
        }

        string verb = request.Options.DryRun ? "would restore" : "restored";
        string deleted = counts.Deleted > 0 ? $", {Units.Count(counts.Deleted)} deleted" : "";
        string verified = counts.Verified > 0 ? $", {Units.Count(counts.Verified)} verified" : "";
        string problems = counts.Problems > 0 ? $", {Units.Count(counts.Problems, "problem")}" : "";
        output.Summary($"{verb} {Units.Count(counts.Files, "file")}, {Units.Bytes(counts.Bytes)} of "
            + $"{SnapshotNames.ShortId(snapshot)} to {SafeText.Of(request.Options.Target)}: "
            + $"{Units.Bytes(counts.BytesWritten)} written, {Units.Count(counts.FilesKept)} kept{deleted}{verified} "
            + $"in {Units.Duration(elapsed)}{problems}");
    }
}
