using SnapFs.Afs.Chains;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.References;
using SnapFs.Jobs.Volumes;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Shows what becomes of dumps that are taken in.</summary>
/// <param name="output">Where.</param>
/// <param name="showsTraces">Whether failures are shown with a trace.</param>
/// <param name="cancellationToken">Stops comparing copies.</param>
internal sealed class VolumeImportView(CommandOutput output, bool showsTraces, CancellationToken cancellationToken)
    : IVolumeImportObserver
{
    /// <inheritdoc/>
    public void Imported(VolumeImportOutcome outcome, RepositoryReader reader)
    {
        if (output.IsVerbose && !output.IsJson && outcome is { Snapshot: { } taken, Fit: not ChainFit.AlreadyThere })
        {
            using SnapshotBrowser browser = new(reader, cancellationToken);
            ShowChanges(browser, taken, reader.Snapshots.FirstOrDefault(head => head.Id == taken.Previous));
        }

        Show(outcome);
        if (outcome is { Snapshot: { } snapshot, Other: { } other })
        {
            using SnapshotBrowser browser = new(reader, cancellationToken);
            OtherCopyView.Show(output, browser, snapshot, other, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Failed(string name, SnapFsException failure)
    {
        if (failure is DumpRefusedException refused && output.IsJson)
        {
            output.Json("volumeRefused", json =>
            {
                json.WriteString("file", name);
                json.WriteString("name", refused.Facts.Name);
                json.WriteNumber("volumeId", refused.Facts.VolumeId);
                json.WriteString("date", Units.ExactTime(new Timestamp(refused.Facts.HeldUntil, 0)));
                json.WriteString("reason", refused.Reason);
                json.WriteString("message", refused.Message);
                if (refused.NeededFrom is { } from)
                {
                    json.WriteNumber("neededFrom", from);
                }
            });
        }

        string message = failure.Message.StartsWith(name, StringComparison.Ordinal) ? failure.Message : $"{name}: {failure.Message}";
        output.Error(Problem.Of(failure) with { Text = message });
        output.Trace(showsTraces ? failure : null);
    }

    /// <summary>Lists what a dump changed.</summary>
    private void ShowChanges(SnapshotBrowser browser, SnapshotHead taken, SnapshotHead? before)
    {
        TreeComparison comparison = new(browser.Pages, new DifferenceView(output).Show, cancellationToken);
        try
        {
            if (before is null)
            {
                comparison.ReportNew(browser.Find(taken, VolumeArguments.Files).View.Tree, []);
            }
            else
            {
                comparison.Compare(browser.Find(before, VolumeArguments.Files), browser.Find(taken, VolumeArguments.Files), []);
            }
        }
        catch (SnapFsException e) when (e.Kind is ErrorKind.Damaged or ErrorKind.WrongKey)
        {
            output.Warning($"what this dump changed is not listed: {e.Message}");
        }
    }

    private void Show(VolumeImportOutcome outcome)
    {
        if (output.IsJson)
        {
            output.Json("volumeImport", json =>
            {
                json.WriteString("file", outcome.File);
                json.WriteString("outcome", OutcomeOf(outcome));
                json.WriteString("name", outcome.Facts.Name);
                json.WriteNumber("volumeId", outcome.Facts.VolumeId);
                json.WriteString("date", Units.ExactTime(new Timestamp(outcome.Facts.HeldUntil, 0)));
                json.WriteBoolean("full", outcome.Facts.IsFull);
                if (outcome.Other is { } other)
                {
                    json.WriteString("differsFrom", other.Id.ToString());
                }

                if (outcome.Snapshot is { } snapshot)
                {
                    json.WriteString("snapshot", snapshot.Id.ToString());
                    if (snapshot.Dump is { } dump)
                    {
                        json.WriteNumber("dumpBytes", dump.Length);
                        SalvageView.Json(json, dump);
                        StateView.Json(json, dump);
                    }

                    JsonFields.Statistics(json, snapshot.Statistics);
                }
            });
            return;
        }

        output.Summary($"{outcome.File}: {Text(outcome)}");
    }

    private static string OutcomeOf(VolumeImportOutcome outcome) => outcome.Fit == ChainFit.AlreadyThere
        ? "alreadyThere"
        : outcome.Snapshot is null ? "wouldImport" : "imported";

    private static string Text(VolumeImportOutcome outcome)
    {
        string kind = outcome.Facts.IsFull ? "full" : "increment";
        string what = $"{kind} of {SafeText.Of(outcome.Facts.Name)} of {Units.Time(new Timestamp(outcome.Facts.HeldUntil, 0))}";
        if (outcome.Snapshot is not { } snapshot)
        {
            return outcome.Fit == ChainFit.AlreadyThere ? $"{what} is the same dump as one before it" : $"{what} would be taken in";
        }

        string salvaged = SalvageView.Text(snapshot);
        if (outcome.Fit == ChainFit.AlreadyThere)
        {
            return $"{what} is there already, snapshot {SnapshotNames.ShortId(snapshot)}{salvaged}";
        }

        SnapshotStatistics s = snapshot.Statistics;
        return $"{what}, snapshot {SnapshotNames.ShortId(snapshot)}: {Units.Count(s.Files, "file")}, {Units.Bytes(s.Bytes)}; "
            + $"{Units.Count(s.FilesNew)} new, {Units.Count(s.FilesChanged)} changed; added {Units.Bytes(s.BytesAdded)} "
            + $"({Units.Bytes(s.BytesStored)} stored) in {Units.Duration(outcome.Elapsed)}{StateView.ServiceOf(snapshot)}{salvaged}";
    }
}
