using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Volumes;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume diff</c>: what differs between two days of a volume.</summary>
internal static class VolumeDiffCommand
{
    public static CliCommand Create()
    {
        Argument<string> first = VolumeArguments.Date("date1");
        Argument<string> second = VolumeArguments.Date("date2");
        Argument<string> volume = VolumeArguments.Volume();
        Option<string?> cell = VolumeArguments.Cell();
        return new CliCommand("diff", "Show what differs between two days of a volume.")
        {
            AnswersWithOne = true,
            Run = (context, cancellationToken) => RunAsync(
                context,
                VolumeDate.Parse(context.Parse.GetRequiredValue(first)),
                VolumeDate.Parse(context.Parse.GetRequiredValue(second)),
                context.Parse.GetRequiredValue(volume),
                context.Parse.GetValue(cell),
                cancellationToken),
            Arguments = { first, second, volume },
            Options = { cell },
            Notes =
            [
                "A line begins with + for what is only in the second, - for what is only in the first, M for other content, T for "
                    + "another type, A for another access list, U for another owner, mode or time. Paths begin at the root of the "
                    + "volume. Exits with 1 if there are differences, with 2 if it failed.",
                VolumeArguments.Note,
            ],
            Examples =
            [
                new("snapfs volume diff 2026.11.20 2026.11.21 user.alice", "What a day changed"),
                new("snapfs volume diff 2026.11.20 latest user.alice --json", "For a program"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, VolumeDate first, VolumeDate second, string volume, string? cell,
        CancellationToken cancellationToken)
    {
        await using VolumeSession session = await context.OpenVolumesAsync(cell, cancellationToken)
            .ConfigureAwait(false);
        ExitCode doubts = context.ReportDoubts(session);
        SnapshotHead before = session.States.At(first, volume);
        SnapshotHead after = session.States.At(second, volume);
        StateWarnings.IfSalvaged(context.Observer, session.States, before);
        StateWarnings.IfSalvaged(context.Observer, session.States, after);
        DifferenceView view = new(context.Output);
        TreeComparison comparison = new(session.Browser.Pages, view.Show, cancellationToken);
        comparison.Compare(session.Browser.Find(before, VolumeArguments.Files), session.Browser.Find(after, VolumeArguments.Files), []);
        return doubts.Or(view.End());
    }
}
