using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Files.Restores;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
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
            WhenStopped = "stopped; what was restored stays, and the same command again does the rest",
            Run = (context, cancellationToken) => RunAsync(context, flags.Read(context), cancellationToken),
            Arguments = { flags.Reference },
            Options = { flags.Options },
            Notes =
            [
                "A whole snapshot is recreated below the target with its absolute paths; REF:/dir restores the content "
                    + "of a directory, REF:/file a file. --target / restores in place. What is there already with the "
                    + "same size and time is left as it is. Nothing outside the target is ever touched.",
                SnapshotArguments.Note,
                "--dry-run decides by the same code as the restore; with -v both list each path: + is made, M written anew or linked, "
                    + "a gets its attributes, - is removed. --delete removes nothing that the backup could not read or was told to "
                    + "leave out, nor what matches --exclude. Links of other users on the way to the target are not followed.",
                "Patterns of --include and --exclude without a slash are names at any depth, others whole paths in the snapshot. "
                    + "What matches --exclude is left alone also where --include matches it.",
                "Owners and the users and groups in access lists are matched by name, then by number. Where the name is unknown here and "
                    + "somebody else has the number, the file becomes root's and the entry of the list is left out, so that nobody gains "
                    + "by it; --numeric-ids takes all numbers as they are.",
                "Somebody who is not root gets all files as his own, with modes, "
                    + "times and attributes but without set-user-ID and set-group-ID where the owner is another; a warning "
                    + "says how many these are. Exits with 3 if something could not be written.",
                "--verify flushes each file, asks the system to drop it from its cache and reads it again, so that the disk answers and "
                    + "not the memory. Some file systems, such as tmpfs, and files that others hold open answer from memory all the same.",
            ],
            Examples =
            [
                new("snapfs restore latest --target /mnt/new", "Everything, below another directory"),
                new("snapfs restore latest:/etc/nginx --target /etc/nginx --delete", "One directory, exactly as it was"),
                new("snapfs restore web1:root@2026-11-20 --target / --dry-run", "What restoring in place would change"),
                new("snapfs restore latest --target /tmp/out --include '*.conf'", "Only some files"),
                new("snapfs restore latest:/srv --target /srv --delete --exclude /srv/tmp", "All but a directory, which stays as it is"),
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

        if (result.OwnersLost > 0)
        {
            context.Output.Warning($"{Units.Count(result.OwnersLost, "entry", "entries")} of owners or groups that are unknown here are "
                + "root's now, because others have their numbers; --numeric-ids takes the numbers");
        }

        if (result.EntriesDropped > 0)
        {
            context.Output.Warning($"{Units.Count(result.EntriesDropped, "entry", "entries")} of access lists name users or groups that "
                + "are unknown here and were left out, because others have their numbers; --numeric-ids takes the numbers");
        }

        Show(context.Output, outcome, request);
        return result.IsDamaged ? ExitCodes.Of(ErrorKind.Damaged)
            : result.IsWhole ? Problems.CodeOf(outcome.Doubts)
            : ExitCode.Partial;
    }

    private static void Show(CommandOutput output, RestoreOutcome outcome, RestoreRequest request)
    {
        (SnapshotHead snapshot, RestoreResult result, TimeSpan elapsed, _) = outcome;
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
                json.WriteNumber("spared", counts.Spared);
                json.WriteNumber("verified", counts.Verified);
                json.WriteNumber("ownersLost", result.OwnersLost);
                json.WriteNumber("aclEntriesDropped", result.EntriesDropped);
                json.WriteNumber("ownersNotSet", result.OwnersNotSet);
                json.WriteNumber("problems", counts.Problems);
                json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            });
            return;
        }

        string verb = request.Options.DryRun ? "would restore" : "restored";
        string deleted = counts.Deleted > 0 ? $", {Units.Count(counts.Deleted)} deleted" : "";
        deleted += counts.Spared > 0 ? $", {Units.Count(counts.Spared)} not deleted that were left out" : "";
        string verified = counts.Verified > 0 ? $", {Units.Count(counts.Verified)} verified" : "";
        string problems = counts.Problems > 0 ? $", {Units.Count(counts.Problems, "problem")}" : "";
        output.Summary($"{verb} {Units.Count(counts.Files, "file")}, {Units.Bytes(counts.Bytes)} of "
            + $"{SnapshotNames.ShortId(snapshot)} to {SafeText.Of(request.Options.Target)}: "
            + $"{Units.Bytes(counts.BytesWritten)} written, {Units.Count(counts.FilesKept)} kept{deleted}{verified} "
            + $"in {Units.Duration(elapsed)}{problems}");
    }
}
