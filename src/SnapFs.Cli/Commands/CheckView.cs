using SnapFs.Cli.Output;
using SnapFs.Jobs.References;
using SnapFs.Repository.Checks;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>Shows what a check found: what is damaged, each affected file once, and of each snapshot whether it is whole.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="report">What was found.</param>
internal sealed class CheckView(CommandOutput output, CheckReport report)
{
    /// <summary>Shows the damaged objects and the files that they affect.</summary>
    public void ShowFindings()
    {
        if (output.IsJson)
        {
            ShowJson();
            return;
        }

        foreach (CheckFinding finding in report.Errors)
        {
            output.Error(new Problem(finding.IsUnreadable ? ErrorKind.StorageUnavailable : ErrorKind.Damaged, finding.ToString()));
        }

        HashSet<string> named = [.. report.Errors.Select(finding => finding.Subject)];
        foreach (AffectedFile file in report.Affected)
        {
            string cause = named.Contains(file.Cause) && !output.IsVerbose ? "" : $": {file.Cause}";
            output.Error(new Problem(
                ErrorKind.Damaged, $"{JobOf(file)}: {SafeText.Of(file.Path.Span)} cannot be read whole"
                    + $"{(file.IsDirectory ? ", and what is in it," : "")} in {Text(file)}{cause}"));
        }

        if (report.UnnamedCount > 0)
        {
            output.Error(new Problem(ErrorKind.Damaged, $"{Units.Count(report.UnnamedCount)} times another file is affected"));
        }

        foreach (CheckFinding note in report.Notes.Where(_ => output.IsVerbose))
        {
            output.Warning(note.ToString());
        }
    }

    /// <summary>Shows a line for each snapshot, if one is not whole or all was asked for.</summary>
    public void ShowSnapshots()
    {
        if (output.IsJson)
        {
            foreach (CheckedSnapshot snapshot in report.Snapshots)
            {
                output.Json("checkedSnapshot", json =>
                {
                    json.WriteString("id", snapshot.Head.Id.ToString());
                    json.WriteString("host", snapshot.Head.Host);
                    json.WriteString("source", snapshot.Head.Source);
                    json.WriteString("started", Units.ExactTime(snapshot.Head.Started));
                    json.WriteBoolean("whole", snapshot.IsWhole);
                    json.WriteNumber("filesAffected", snapshot.AffectedFiles);
                    json.WriteBoolean("filesCounted", snapshot.IsCounted);
                });
            }
        }
        else if (report.Snapshots.Count > 0 && (output.IsVerbose || report.Snapshots.Any(snapshot => !snapshot.IsWhole)))
        {
            TextTable table = new("ID", "Time", "Host", "Source", "State");
            foreach (CheckedSnapshot snapshot in report.Snapshots)
            {
                table.Add(
                    SnapshotNames.ShortId(snapshot.Head),
                    Units.Time(snapshot.Head.Started, output.Zone),
                    SafeText.Of(snapshot.Head.Host),
                    SafeText.Of(snapshot.Head.Source),
                    StateOf(snapshot));
            }

            output.Write(table.ToString());
        }
    }

    /// <summary>Shows the verdict and how much was looked at.</summary>
    /// <param name="elapsed">How long it took.</param>
    public void ShowSummary(TimeSpan elapsed)
    {
        int damaged = report.Snapshots.Count(snapshot => !snapshot.IsWhole);
        if (output.IsJson)
        {
            output.Json("checkSummary", json =>
            {
                json.WriteNumber("snapshots", report.Snapshots.Count);
                json.WriteNumber("snapshotsAffected", damaged);
                json.WriteNumber("treePages", report.TreePages);
                json.WriteNumber("segments", report.Segments);
                json.WriteNumber("packs", report.Packs);
                json.WriteNumber("packsRead", report.PacksRead);
                json.WriteNumber("bytesRead", report.BytesRead);
                json.WriteNumber("errors", report.Errors.Count);
                json.WriteNumber("notes", report.Notes.Count);
                json.WriteNumber("filesAffected", report.Affected.Count);
                json.WriteNumber("filesUnnamed", report.UnnamedCount);
                json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            });
            return;
        }

        string read = report.PacksRead > 0
            ? $", {Units.Count(report.PacksRead, "pack")} read ({Units.Bytes(report.BytesRead)})"
            : "";
        string snapshots = Units.Count(report.Snapshots.Count, "snapshot");
        string least = report.UnnamedCount > 0 ? "more than " : report.Snapshots.Any(snapshot => !snapshot.IsCounted) ? "at least " : "";
        string verdict = report.Worst is null
            ? $"no damage: {snapshots}"
            : $"{Units.Count(report.Errors.Count, "error")}, {least}"
                + $"{Units.Count(report.Affected.Count, "file")} affected in {Units.Count(damaged)} of {snapshots}";
        output.Summary($"{verdict}, {Units.Count(report.TreePages, "tree page")}, {Units.Count(report.Segments, "index segment")}, "
            + $"{Units.Count(report.Packs, "pack")}{read} in {Units.Duration(elapsed)}");
    }

    private static string StateOf(CheckedSnapshot snapshot) => snapshot switch
    {
        { IsWhole: true } => "whole",
        { IsLost: true } => "nothing of it can be read",
        { AffectedFiles: 0 } => "damaged",
        { IsCounted: false } => $"at least {Units.Count(snapshot.AffectedFiles, "file")} affected",
        _ => $"{Units.Count(snapshot.AffectedFiles, "file")} affected",
    };

    private void ShowJson()
    {
        foreach ((string severity, IReadOnlyList<CheckFinding> findings) in
            ((string, IReadOnlyList<CheckFinding>)[])[("error", report.Errors), ("note", report.Notes)])
        {
            foreach (CheckFinding finding in findings)
            {
                output.Json("finding", json =>
                {
                    json.WriteString("severity", severity);
                    json.WriteString("subject", finding.Subject);
                    json.WriteString("what", finding.What);
                    json.WriteString("advice", finding.Advice);
                });
            }
        }

        foreach (AffectedFile file in report.Affected)
        {
            SnapshotHead one = FirstOf(file.Runs[0]);
            output.Json("affected", json =>
            {
                json.WriteString("host", one.Host);
                json.WriteString("source", one.Source);
                JsonFields.Raw(json, "path", file.Path.Span);
                json.WriteBoolean("directory", file.IsDirectory);
                json.WriteString("cause", file.Cause);
                json.WriteStartArray("runs");
                foreach (Range run in file.Runs)
                {
                    json.WriteStartObject();
                    json.WriteString("first", FirstOf(run).Id.ToString());
                    json.WriteString("last", LastOf(run).Id.ToString());
                    json.WriteNumber("snapshots", run.End.Value - run.Start.Value);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
    }

    private string JobOf(AffectedFile file)
    {
        SnapshotHead one = FirstOf(file.Runs[0]);
        return $"{SafeText.Of(one.Host)}:{SafeText.Of(one.Source)}";
    }

    private string Text(AffectedFile file)
    {
        string runs = string.Join(" and ", file.Runs.Select(run =>
        {
            string first = SnapshotNames.ShortId(FirstOf(run));
            string last = SnapshotNames.ShortId(LastOf(run));
            return first == last ? first : $"{first} to {last}";
        }));
        return file.SnapshotCount == 1 ? runs : $"{Units.Count(file.SnapshotCount, "snapshot")}, {runs}";
    }

    private SnapshotHead FirstOf(Range run) => report.Snapshots[run.Start].Head;

    private SnapshotHead LastOf(Range run) => report.Snapshots[run.End.Value - 1].Head;
}
