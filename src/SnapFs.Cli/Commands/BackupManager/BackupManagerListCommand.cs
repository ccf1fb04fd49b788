using System.CommandLine;
using SnapFs.Cli.Commands.Volumes;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.BackupManager;

/// <summary><c>snapfs backup-manager list</c>.</summary>
internal static class BackupManagerListCommand
{
    public static CliCommand Create()
    {
        Argument<string?> date = new("date")
        {
            HelpName = "YYYY.MM.DD",
            Description = "The day whose volumes are listed; without it, the days are.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new CliCommand("list", "List the days that have dumps, or the volumes of a day.")
        {
            Run = (context, cancellationToken) => RunAsync(context, context.Parse.GetValue(date), cancellationToken),
            Arguments = { date },
            Examples =
            [
                new("snapfs backup-manager list", "The days"),
                new("snapfs backup-manager list 2026.11.21", "The volumes that were dumped that day"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string? date, CancellationToken cancellationToken)
    {
        VolumeDate? day = date is null ? null : VolumeDate.Parse(date);
        await using VolumeSession session = await context.OpenVolumesAsync(cell: null, cancellationToken)
            .ConfigureAwait(false);
        ExitCode doubts = context.ReportDoubts(session);
        IReadOnlyList<SnapshotHead> states = session.States.All;
        if (day is { IsLatest: true } && states.Count > 0)
        {
            day = VolumeDate.Parse(VolumeDate.DayOf(states[^1].Started));
        }

        IEnumerable<string> lines = day is null
            ? states.Select(state => VolumeDate.DayOf(state.Started))
            : states
                .Where(state => state.Started.Seconds >= day.Start && state.Started.Seconds < day.End)
                .Select(state => SafeText.Of(state.Volume?.Name ?? ""));
        string[] distinct = [.. lines.Distinct().Order(StringComparer.Ordinal)];
        foreach (string line in distinct)
        {
            if (context.Output.IsJson)
            {
                context.Output.Json("backupManagerEntry", json => json.WriteString(day is null ? "day" : "volume", line));
            }
            else
            {
                context.Output.Line(line);
            }
        }

        return doubts.Or(distinct.Length > 0 ? ExitCode.Success : ExitCode.Failed);
    }
}
