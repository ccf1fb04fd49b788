using System.CommandLine;
using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.References;
using SnapFs.Cli.Repositories;
using SnapFs.Cli.Volumes;
using SnapFs.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume list</c>: shows the dumps that were taken in.</summary>
internal static class VolumeListCommand
{
    private const long SecondsOfDay = 24 * 60 * 60;

    public static CliCommand Create()
    {
        Argument<string?> date = new("date")
        {
            HelpName = "DATE",
            Description = "A day, 2026-11-21 or 2026.11.21: the state that each volume would be given back as.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new CliCommand("list", "List the dumps of volumes, oldest first, or the state of each on a day.")
        {
            Run = (context, cancellationToken) => RunAsync(context, date, cancellationToken),
            Arguments = { date },
            Examples =
            [
                new("snapfs volume list", "All dumps"),
                new("snapfs volume list 2026-11-21", "The last state of each volume up to the end of that day"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, Argument<string?> date, CancellationToken cancellationToken)
    {
        long? end = context.Parse.GetValue(date) is { } text ? EndOf(text) : null;
        await using RepositorySession session = await RepositorySession.OpenAsync(context, cancellationToken)
            .ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        List<SnapshotHead> states = Choose(reader.Snapshots, end);
        if (context.Output.IsJson)
        {
            states.ForEach(state => ShowJson(context.Output, state));
        }
        else if (states.Count > 0)
        {
            context.Output.Write(Table(states, reader.Snapshots));
        }

        context.Output.Summary(end is null ? Units.Count(states.Count, "dump") : Units.Count(states.Count, "volume"));
        return Problems.Report(context.Output, reader.Problems);
    }

    private static List<SnapshotHead> Choose(IReadOnlyList<SnapshotHead> snapshots, long? end)
    {
        IEnumerable<SnapshotHead> states = snapshots.Where(head => head.Volume is not null && head.Dump is not null);
        if (end is not null)
        {
            states = states
                .Where(head => head.Started.Seconds < end)
                .GroupBy(head => (head.Volume?.Cell, head.Volume?.Name))
                .Select(volume => volume
                    .OrderBy(head => head.Started)
                    .ThenBy(head => head.Dump?.Completeness)
                    .ThenBy(head => head.Ended)
                    .Last());
        }

        return [.. states
            .OrderBy(head => head.Volume?.Cell, StringComparer.Ordinal)
            .ThenBy(head => head.Volume?.Name, StringComparer.Ordinal)
            .ThenBy(head => head.Started)
            .ThenBy(head => head.Ended)];
    }

    /// <summary>The second after a day of UTC, since 1970.</summary>
    private static long EndOf(string text) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-dd", "yyyy.MM.dd"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset day)
        ? day.ToUnixTimeSeconds() + SecondsOfDay
        : throw new UsageException($"DATE is a day such as 2026-11-21 or 2026.11.21, not '{SafeText.Of(text)}'");

    private static void ShowJson(CommandOutput output, SnapshotHead state)
    {
        if (state is not { Volume: { } volume, Dump: { } dump })
        {
            return;
        }

        output.Json("volume", json =>
        {
            json.WriteString("cell", volume.Cell);
            json.WriteString("name", volume.Name);
            json.WriteNumber("volumeId", volume.Id);
            json.WriteString("date", Units.ExactTime(state.Started));
            json.WriteBoolean("full", dump.IsFull);
            json.WriteString("snapshot", state.Id.ToString());
            json.WriteString("chain", VolumeChains.FullOf(state).ToString());
            if (volume.Predecessor is { } predecessor)
            {
                json.WriteString("predecessor", predecessor.ToString());
            }

            JsonFields.Tags(json, state);
            json.WriteString("dumpName", dump.Name);
            json.WriteNumber("dumpBytes", dump.Length);
            json.WriteNumber("fullBytes", dump.FullLength);
            SalvageView.Json(json, dump);
            json.WriteNumber("quotaBytes", dump.Quota * 1024L);
            json.WriteNumber("usedBytes", dump.Used * 1024L);
            JsonFields.Statistics(json, state.Statistics);
        });
    }

    private static string Table(List<SnapshotHead> states, IReadOnlyList<SnapshotHead> all)
    {
        Dictionary<ObjectId, SnapshotHead> byId = all.ToDictionary(head => head.Id);
        bool hasCells = states.Select(state => state.Volume?.Cell).Distinct().Count() > 1;
        TextTable table = new("Volume", "Date", "Dump", ">Dump size", ">Files", ">Size", ">Stored", "Chain", "Snapshot");
        foreach (SnapshotHead state in states)
        {
            byId.TryGetValue(VolumeChains.FullOf(state), out SnapshotHead? full);
            string cell = hasCells ? $"{SafeText.Of(state.Host)}:" : "";
            table.Add(
                cell + SafeText.Of(state.Volume?.Name ?? ""),
                Units.Time(state.Started),
                $"{(state.Dump is { IsFull: true } ? "full" : "incr")}{(state.Dump?.Salvage is null ? "" : ", salvaged")}",
                Units.Bytes(state.Dump?.Length ?? 0),
                Units.Count(state.Statistics.Files),
                Units.Bytes(state.Statistics.Bytes),
                Units.Bytes(state.Statistics.BytesStored),
                full is null ? "incomplete" : Units.Time(full.Started),
                SnapshotNames.ShortId(state));
        }

        return table.ToString();
    }
}
