using System.CommandLine;
using SnapFs.Afs.Chains;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.References;
using SnapFs.Jobs.Volumes;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume list</c>: shows the dumps that were taken in.</summary>
internal static class VolumeListCommand
{
    public static CliCommand Create()
    {
        Argument<string[]> what = new("what")
        {
            HelpName = "[DATE] [VOLUME]",
            Description = "A day, a time or latest: the state that each volume would be given back as. Volumes: only these.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> cell = VolumeArguments.Cell();
        return new CliCommand("list", "List the dumps of volumes, oldest first, or the state of each on a day.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetValue(what) ?? [], context.Parse.GetValue(cell), cancellationToken),
            Arguments = { what },
            Options = { cell },
            Notes = [VolumeArguments.Note],
            Examples =
            [
                new("snapfs volume list", "All dumps"),
                new("snapfs volume list 2026-11-21", "The last state of each volume up to the end of that day"),
                new("snapfs volume list latest user.alice", "The newest state of one volume"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string[] what, string? cell, CancellationToken cancellationToken)
    {
        bool hasDate = VolumeDate.TryParse(what.FirstOrDefault() ?? "", out VolumeDate? date);
        string[] volumes = hasDate ? what[1..] : what;
        await using VolumeSession session = await context.OpenVolumesAsync(cell, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<SnapshotHead> chosen = session.States.Of(volumes);
        List<SnapshotHead> states =
        [
            .. (date is null ? chosen : VolumeStates.LastOfEach(chosen, date))
                .OrderBy(head => head.Volume?.Cell, StringComparer.Ordinal)
                .ThenBy(head => head.Volume?.Name, StringComparer.Ordinal)
                .ThenBy(head => head.Started)
                .ThenBy(head => head.Ended),
        ];
        if (context.Output.IsJson)
        {
            states.ForEach(state => ShowJson(context.Output, state));
        }
        else if (states.Count > 0)
        {
            context.Output.Write(Table(states, session.States.All));
        }

        context.Output.Summary(hasDate ? Units.Count(states.Count, "volume") : Units.Count(states.Count, "dump"));
        return Problems.Report(context.Output, session.Problems);
    }

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
            json.WriteString("chain", VolumeHistory.FullOf(state).ToString());
            if (volume.Predecessor is { } predecessor)
            {
                json.WriteString("predecessor", predecessor.ToString());
            }

            JsonFields.Tags(json, state);
            json.WriteString("dumpName", dump.Name);
            json.WriteNumber("dumpBytes", dump.Length);
            json.WriteNumber("fullBytes", dump.FullLength);
            SalvageView.Json(json, dump);
            StateView.Json(json, dump);
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
            byId.TryGetValue(VolumeHistory.FullOf(state), out SnapshotHead? full);
            string cell = hasCells ? $"{SafeText.Of(state.Host)}:" : "";
            table.Add(
                cell + SafeText.Of(state.Volume?.Name ?? ""),
                Units.Time(state.Started),
                $"{(state.Dump is { IsFull: true } ? "full" : "incr")}{(state.Dump?.Salvage is null ? "" : ", salvaged")}"
                    + (state.Dump is { IsInService: false } ? ", offline" : ""),
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
