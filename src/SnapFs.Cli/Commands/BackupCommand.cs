using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs backup</c>: takes a snapshot.</summary>
internal static class BackupCommand
{
    public static CliCommand Create()
    {
        BackupFlags flags = new();
        return new CliCommand("backup", "Take a snapshot of files, or of the output of a command.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            WhenStopped = "stopped; no snapshot was made, what was stored serves the next run",
            Run = (context, cancellationToken) => RunAsync(context, flags, cancellationToken),
            Arguments = { flags.Paths },
            Options = { flags.Options },
            TrailingUsage = "[--command -- COMMAND…]",
            Notes =
            [
                "Files that have not changed since the last snapshot of the same host and source are not read again. Exits with 3 if "
                    + "something could not be read or a PATH is missing; the snapshot holds the rest and says so. Where no PATH is there, "
                    + "nothing is written. What was deleted meanwhile is counted only. A mount of snapshots below a PATH is left out. A "
                    + "COMMAND that fails gives no snapshot.",
                "A pattern without a slash is a name at any depth; /tmp is PATH/tmp, and a pattern that begins with a PATH is that path. "
                    + "What is left out is said in the snapshot, and restore --delete keeps it. Give --source with --files-from: the "
                    + "name of a job is made of its paths otherwise.",
                "Packs of the repository that are missing or cut off are noticed: what the sources still have of them is "
                    + "stored again, for all snapshots, and the exit code is 3.",
                "A terminal shows how far it is and what is left, by the size of the last snapshot or, the first time, by "
                    + "counting ahead.",
                "With --verbose each file is listed once it was read: + if it is new, M if it has changed; - for what has "
                    + "gone since the last snapshot.",
            ],
            Examples =
            [
                new("snapfs backup /etc /home --tag daily", "Two directories, with a tag"),
                new("snapfs backup / -x --exclude '/var/cache/*' --exclude-caches", "A whole machine but its caches"),
                new("snapfs backup /mnt/lvsnap --as /srv --source srv", "A frozen copy, recorded as what it is a copy of"),
                new("snapfs backup --source dump --stdin-name /all.sql --command -- pg_dumpall", "A database"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, BackupFlags flags, CancellationToken cancellationToken)
    {
        BackupRequest request = flags.Read(context);
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        BackupJob job = new(session, request, context.Observer);
        BackupOutcome outcome = await job.RunAsync(cancellationToken).ConfigureAwait(false);
        Show(context.Output, outcome);
        return outcome.Snapshot.IsPartial || !outcome.IsRepositoryWhole ? ExitCode.Partial : ExitCode.Success;
    }

    private static void Show(CommandOutput output, BackupOutcome outcome)
    {
        SnapshotHead snapshot = outcome.Snapshot;
        if (output.IsJson)
        {
            output.Json(outcome.IsDryRun ? "dryRun" : "snapshot", json => JsonFields.Snapshot(json, snapshot));
            return;
        }

        SnapshotStatistics s = snapshot.Statistics;
        string what = outcome.IsDryRun
            ? $"dry run of {SafeText.Of(snapshot.Host)}:{SafeText.Of(snapshot.Source)}"
            : $"snapshot {SnapshotNames.ShortId(snapshot)} of {SafeText.Of(snapshot.Host)}:{SafeText.Of(snapshot.Source)}";
        string stored = outcome.IsDryRun ? "" : $" ({Units.Bytes(s.BytesStored)} stored)";
        string problems = s.Problems > 0 ? $", {Units.Count(s.Problems, "problem")}" : "";
        string vanished = outcome.Vanished > 0 ? $", {Units.Count(outcome.Vanished)} vanished meanwhile" : "";
        output.Summary($"{what}: {Units.Count(s.Files, "file")}, {Units.Bytes(s.Bytes)}; {Units.Count(s.FilesNew)} new, "
            + $"{Units.Count(s.FilesChanged)} changed; added {Units.Bytes(s.BytesAdded)}{stored} "
            + $"in {Units.Duration(outcome.Elapsed)}{problems}{vanished}");
    }
}
