using System.CommandLine;
using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs status</c>: whether the last snapshot of everything is as young as it should be.</summary>
internal static class StatusCommand
{
    public static CliCommand Create()
    {
        SnapshotFilter filter = new();
        Option<string?> maxAge = new("--max-age")
        {
            Description = "Exit with 1 if the newest snapshot of a host and source is older, or there is none: 26h, 90m, 8d, 2w.",
            HelpName = "TIME",
        };
        return new CliCommand("status", "Show how old the last snapshot of each host and source is.")
        {
            AnswersWithOne = true,
            Run = (context, cancellationToken) => RunAsync(context, filter, maxAge, cancellationToken),
            Options = { maxAge, filter.Jobs },
            Notes =
            [
                "For a monitoring system: exits with 1 if something is late, with 3 if nothing is but the newest snapshot of "
                    + "something is partial, with 2 if it failed. 'snapfs stats --prometheus FILE' writes the same as metrics.",
            ],
            Examples =
            [
                new("snapfs status", "What there is, and how old it is"),
                new("snapfs status --max-age 26h -q", "Whether each job has run since yesterday; says nothing if so"),
                new("snapfs status --host web1 --source etc --max-age 26h", "The same of one job, which must be there"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, SnapshotFilter filter, Option<string?> maxAge, CancellationToken cancellationToken)
    {
        TimeSpan? limit = context.Parse.GetValue(maxAge) is { } text ? Times.ParseAge(text, maxAge.Name) : null;
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SnapshotSeries> all = SnapshotSeries.Of(filter.Apply(context.Parse, reader.Snapshots));
        DateTimeOffset now = context.Environment.Clock.GetUtcNow();
        bool IsLate(SnapshotSeries series) => now - series.Last.Started.ToDateTimeOffset() > limit;
        if (context.Output.IsJson)
        {
            foreach (SnapshotSeries series in all)
            {
                context.Output.Json("status", json =>
                {
                    json.WriteString("host", series.Host);
                    json.WriteString("source", series.Source);
                    json.WriteNumber("snapshots", series.Count);
                    json.WriteString("last", series.Last.Id.ToString());
                    json.WriteString("lastStarted", Units.ExactTime(series.Last.Started));
                    json.WriteNumber("ageSeconds", Math.Floor((now - series.Last.Started.ToDateTimeOffset()).TotalSeconds));
                    json.WriteBoolean("partial", series.Last.IsPartial);
                    json.WriteBoolean("late", IsLate(series));
                });
            }
        }
        else if (all.Count > 0)
        {
            context.Output.Summary(Table(context, all, now, IsLate).TrimEnd('\n'));
        }

        int late = all.Count(IsLate);
        if (limit is not null && (late > 0 || all.Count == 0))
        {
            context.Output.Error(new Problem(ErrorKind.NotFound, all.Count == 0
                ? "there is no snapshot of that"
                : $"{late} of {Units.Count(all.Count, "job")} {(late == 1 ? "is" : "are")} late"));
            return Problems.Report(context.Output, reader.Problems).Or(ExitCode.Failed);
        }

        return Problems.Report(context.Output, reader.Problems)
            .Or(limit is not null && all.Any(series => series.Last.IsPartial) ? ExitCode.Partial : ExitCode.Success);
    }

    private static string Table(
        CommandContext context, IReadOnlyList<SnapshotSeries> all, DateTimeOffset now, Func<SnapshotSeries, bool> isLate)
    {
        TextTable table = new("Host", "Source", ">Snapshots", "Last", ">Age", "State");
        foreach (SnapshotSeries series in all)
        {
            table.Add(
                SafeText.Of(series.Host),
                SafeText.Of(series.Source),
                series.Count.ToString(CultureInfo.InvariantCulture),
                Units.Time(series.Last.Started, context.Zone),
                Units.Age(now - series.Last.Started.ToDateTimeOffset()),
                $"{(isLate(series) ? "LATE " : "")}{(series.Last.IsPartial ? "partial" : "complete")}");
        }

        return table.ToString();
    }
}
