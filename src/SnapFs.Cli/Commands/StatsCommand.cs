using System.CommandLine;
using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs stats</c>: what a repository or a snapshot holds.</summary>
internal static class StatsCommand
{
    public static CliCommand Create()
    {
        Argument<string?> reference = new("ref")
        {
            HelpName = "REF",
            Description = "A snapshot; without it the whole repository.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> host = SnapshotArguments.Host();
        Option<string?> prometheus = new("--prometheus")
        {
            Description = "Write metrics of the repository and of each host and source to this file, in one step; - for standard output.",
            HelpName = "FILE",
        };
        return new CliCommand("stats", "Show how much a repository or a snapshot holds.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetValue(reference),
                context.Parse.GetValue(host),
                context.Parse.GetValue(prometheus),
                cancellationToken),
            Arguments = { reference },
            Options = { host, prometheus },
            Notes = [SnapshotArguments.Note],
            Examples =
            [
                new("snapfs stats", "What the repository holds and what it takes"),
                new("snapfs stats latest", "What the last backup read, added and stored"),
                new("snapfs stats --prometheus /var/lib/prometheus/node-exporter/snapfs.prom", "Metrics for the node exporter"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string? reference, string? host, string? prometheus, CancellationToken cancellationToken)
    {
        if (reference is not null && prometheus is not null)
        {
            throw new UsageException("metrics are of a whole repository; leave REF out");
        }

        if (reference is not null && SnapshotReference.Parse(reference).Path is not null)
        {
            throw new UsageException("stats are of a whole snapshot; leave :/path out");
        }

        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        if (reference is not null)
        {
            NamedSnapshots named = new(context, reader, host);
            (SnapshotHead snapshot, _) = named.Find(reference, cancellationToken);
            ShowSnapshot(context.Output, snapshot);
            return named.Code;
        }

        if (prometheus is not null)
        {
            MetricsFile.Write(context.Output, prometheus, reader);
            return Problems.Report(context.Output, reader.Problems);
        }

        ShowRepository(context.Output, session, reader);
        return Problems.Report(context.Output, reader.Problems);
    }

    private static void ShowRepository(CommandOutput output, RepositoryConnection session, RepositoryReader reader)
    {
        int hosts = reader.Snapshots.Select(s => s.Host).Distinct().Count();
        long archived = reader.Snapshots.Sum(s => s.Statistics.Bytes);
        (long plain, long stored) = reader.Totals;
        int packs = reader.IndexedPacks.Count();
        if (output.IsJson)
        {
            output.Json("repositoryStats", json =>
            {
                json.WriteString("repository", session.Opened.RepositoryId.ToString());
                json.WriteNumber("snapshots", reader.Snapshots.Count);
                json.WriteNumber("hosts", hosts);
                json.WriteNumber("bytesArchived", archived);
                json.WriteNumber("bytesDistinct", plain);
                json.WriteNumber("bytesStored", stored);
                json.WriteNumber("chunks", reader.ChunkCount);
                json.WriteNumber("packs", packs);
            });
            return;
        }

        output.Line($"repository  {session.Opened.RepositoryId}");
        output.Line($"snapshots   {Units.Count(reader.Snapshots.Count)} of {Units.Count(hosts, "host")}");
        output.Line($"archived    {Units.Bytes(archived)}, as if each snapshot were a full copy");
        output.Line($"distinct    {Units.Bytes(plain)} in {Units.Count(reader.ChunkCount, "chunk")}");
        output.Line($"stored      {Units.Bytes(stored)} in {Units.Count(packs, "pack")}{Ratio(archived, stored)}");
    }

    private static string Ratio(long archived, long stored) => archived <= 0 || stored <= 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {100.0 * stored / archived:0.#} % of what is archived");

    private static void ShowSnapshot(CommandOutput output, SnapshotHead snapshot)
    {
        if (output.IsJson)
        {
            output.Json("snapshot", json => JsonFields.Snapshot(json, snapshot));
            return;
        }

        SnapshotStatistics s = snapshot.Statistics;
        TimeSpan took = snapshot.Ended.ToDateTimeOffset() - snapshot.Started.ToDateTimeOffset();
        output.Line($"snapshot  {snapshot.Id}");
        output.Line($"name      {SafeText.Of(SnapshotNames.NameOf(snapshot))}{(snapshot.IsPartial ? " [partial]" : "")}");
        output.Line($"holds     {Units.Count(s.Files, "file")}, {Units.Count(s.Directories, "directory", "directories")}, "
            + Units.Bytes(s.Bytes));
        output.Line($"changes   {Units.Count(s.FilesNew)} new, {Units.Count(s.FilesChanged)} changed, "
            + $"{Units.Count(s.FilesUnchanged)} unchanged");
        output.Line($"added     {Units.Bytes(s.BytesAdded)}, {Units.Bytes(s.BytesStored)} stored");
        output.Line($"took      {Units.Duration(took)}, {Units.Count(s.Problems, "problem")}");
    }
}
