using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs snapshots</c>: lists the snapshots of a repository.</summary>
internal static class SnapshotsCommand
{
    public static CliCommand Create()
    {
        SnapshotFilter filter = new();
        return new CliCommand("snapshots", "List the snapshots in a repository, oldest first.")
        {
            Run = (context, cancellationToken) => RunAsync(context, filter, cancellationToken),
            Options = { filter.Options },
            Examples =
            [
                new("snapfs snapshots", "List all of them"),
                new("snapfs snapshots --host web1 --latest 1", "The newest of each source of one machine"),
                new("snapfs snapshots --tag monthly --json", "Those with a tag, for a program"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, SnapshotFilter filter, CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        List<SnapshotHead> snapshots = filter.Apply(context.Parse, reader.Snapshots);
        if (context.Output.IsJson)
        {
            foreach (SnapshotHead snapshot in snapshots)
            {
                context.Output.Json("snapshot", json => JsonFields.Snapshot(json, snapshot));
            }
        }
        else if (snapshots.Count > 0)
        {
            context.Output.Write(Table(snapshots));
        }

        context.Output.Summary(Units.Count(snapshots.Count, "snapshot"));
        return Problems.Report(context.Output, reader.Problems);
    }

    private static string Table(List<SnapshotHead> snapshots)
    {
        TextTable table = new("ID", "Time", "Host", "Source", ">Files", ">Size", ">Stored", "Tags");
        foreach (SnapshotHead snapshot in snapshots)
        {
            string tags = string.Join(",", snapshot.Tags.Select(SafeText.Of));
            table.Add(
                SnapshotNames.ShortId(snapshot),
                Units.Time(snapshot.Started),
                SafeText.Of(snapshot.Host),
                SafeText.Of(snapshot.Source),
                Units.Count(snapshot.Statistics.Files),
                Units.Bytes(snapshot.Statistics.Bytes),
                Units.Bytes(snapshot.Statistics.BytesStored),
                snapshot.IsPartial ? $"[partial] {tags}".TrimEnd() : tags);
        }

        return table.ToString();
    }
}
