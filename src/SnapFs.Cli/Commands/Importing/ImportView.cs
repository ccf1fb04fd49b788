using System.Text.Json;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Importing;
using SnapFs.Jobs.References;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Importing;

/// <summary>Shows what becomes of snapshots that are taken over.</summary>
/// <param name="output">Where.</param>
/// <param name="program">Whose they are.</param>
/// <param name="request">What was asked for.</param>
/// <param name="showsTraces">Whether failures are shown with a trace.</param>
internal sealed class ImportView(
    CommandOutput output, ForeignProgram program, ForeignImportRequest request, bool showsTraces) : IForeignImportObserver
{
    /// <inheritdoc/>
    public void Imported(ForeignImportOutcome outcome)
    {
        if (output.IsJson)
        {
            output.Json("import", json => Write(json, outcome));
        }
        else if (outcome.IsNew || output.IsVerbose)
        {
            output.Summary($"{NameOf(outcome.Foreign)}: {Text(outcome)}");
        }

        output.Flush(); // each is done by itself, and the next may take hours
    }

    /// <inheritdoc/>
    public void Failed(ForeignSnapshot snapshot, SnapFsException failure)
    {
        output.Error(Problem.Of(failure) with { Text = $"{NameOf(snapshot)} was not taken over: {failure.Message}" });
        output.Trace(showsTraces ? failure : null);
    }

    /// <summary>Says how it ended.</summary>
    public void Show(ForeignImportSummary summary)
    {
        string taken = request.DryRun ? "would be taken over" : "taken over";
        string failed = summary.Failed > 0 ? $", {Units.Count(summary.Failed)} failed" : "";
        output.Summary(
            $"{Units.Count(summary.New, "snapshot")} {taken}, {Units.Count(summary.AlreadyThere)} already here{failed}");
    }

    private void Write(Utf8JsonWriter json, ForeignImportOutcome outcome)
    {
        json.WriteString("program", program.Name);
        json.WriteString("id", outcome.Foreign.Id);
        json.WriteString("name", outcome.Foreign.Name);
        json.WriteString("outcome", !outcome.IsNew ? "alreadyThere" : outcome.Snapshot is null ? "wouldImport" : "imported");
        json.WriteString("started", Units.ExactTime(outcome.Foreign.Time));
        if ((outcome.Snapshot?.Host ?? HostOf(outcome.Foreign)) is { } host)
        {
            json.WriteString("host", host);
        }

        if ((outcome.Snapshot?.Source ?? SourceOf(outcome.Foreign)) is { } source)
        {
            json.WriteString("source", source);
        }

        if (outcome.Snapshot is { } snapshot)
        {
            json.WriteString("snapshot", snapshot.Id.ToString());
            JsonFields.Statistics(json, snapshot.Statistics);
        }
    }

    private string Text(ForeignImportOutcome outcome)
    {
        if (outcome.Snapshot is not { } snapshot)
        {
            string source = SourceOf(outcome.Foreign) is { } name ? $":{SafeText.Of(name)}" : "";
            return $"would be taken over as one of {SafeText.Of(HostOf(outcome.Foreign) ?? "")}{source}";
        }

        SnapshotStatistics s = snapshot.Statistics;
        string what = $"snapshot {SnapshotNames.ShortId(snapshot)} of {SafeText.Of(snapshot.Host)}:{SafeText.Of(snapshot.Source)}";
        return outcome.IsNew
            ? $"{what}: {Units.Count(s.Files, "file")}, {Units.Bytes(s.Bytes)}; added {Units.Bytes(s.BytesAdded)}"
            : $"is here as {what}";
    }

    /// <summary>As far as it is known before it is restored.</summary>
    private string? SourceOf(ForeignSnapshot snapshot) =>
        request.Source ?? (snapshot.Paths.Count > 0 ? SourceNames.For(snapshot.Paths) : null);

    private string? HostOf(ForeignSnapshot snapshot) => request.Host ?? snapshot.Host;

    private string NameOf(ForeignSnapshot snapshot) =>
        $"{program.Name} {SafeText.Of(snapshot.Name)} of {Units.Time(snapshot.Time)}";
}
