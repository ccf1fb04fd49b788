using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Checks;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs check</c>: whether a repository is whole.</summary>
internal static class CheckCommand
{
    public static CliCommand Create()
    {
        Option<bool> readData = new("--read-data")
        {
            Description = "Also read every pack and compare every chunk with its id.",
        };
        Option<string?> subset = new("--read-data-subset")
        {
            Description = "Read one part of the packs, such as 1/30: thirty of them are everything.",
            HelpName = "N/M",
        };
        return new CliCommand("check", "Check that a repository is whole.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                OptionsOf(context.Parse.GetValue(readData), context.Parse.GetValue(subset)),
                cancellationToken),
            Options = { readData, subset },
            Notes =
            [
                "Reads keys, index segments, snapshots and their trees from the repository, no cache. Names what is "
                    + "damaged and the files that it affects, and exits with 13. Changes nothing.",
            ],
            Examples =
            [
                new("snapfs check", "The structure: quick, for every day"),
                new("snapfs check --read-data", "Every byte"),
                new("snapfs check --read-data-subset $(date +%-d)/31", "Every byte within a month, from cron"),
            ],
        };
    }

    private static CheckOptions OptionsOf(bool readData, string? subset)
    {
        if (subset is null)
        {
            return new CheckOptions { ReadData = readData };
        }

        string[] parts = subset.Split('/');
        return parts.Length == 2
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint part)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint count)
            && part >= 1
            && part <= count
            ? new CheckOptions { ReadData = true, Subset = part, SubsetCount = count }
            : throw new UsageException($"--read-data-subset takes N/M such as 1/30, not '{SafeText.Of(subset)}'");
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, CheckOptions options, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        CheckReport report;
        await using (CheckProgressView progress = new(context.Output))
        {
            report = await RepositoryCheck.RunAsync(
                session.Storage, session.Opened, options, progress, cancellationToken).ConfigureAwait(false);
        }

        ShowFindings(context.Output, report);
        ShowSummary(context.Output, report, watch.Elapsed);
        return report.Worst is { } worst ? ExitCodes.Of(worst) : ExitCode.Success;
    }

    private static void ShowFindings(CommandOutput output, CheckReport report)
    {
        if (output.IsJson)
        {
            ShowJson(output, report);
            return;
        }

        foreach (CheckFinding finding in report.Errors)
        {
            ErrorKind kind = finding.IsUnreadable ? ErrorKind.StorageUnavailable : ErrorKind.Damaged;
            output.Error(new Problem(kind, finding.ToString()));
        }

        foreach (AffectedFile file in report.Affected)
        {
            string name = $"{file.Snapshot.ToString()[..12]}:{SafeText.Of(file.Path.Span)}";
            output.Error(new Problem(ErrorKind.Damaged, $"{name} cannot be read whole: {file.Cause}"));
        }

        if (report.AffectedCount > report.Affected.Count)
        {
            output.Error(new Problem(
                ErrorKind.Damaged, $"{Units.Count(report.AffectedCount - report.Affected.Count)} more files are affected"));
        }

        foreach (CheckFinding note in report.Notes.Where(_ => output.IsVerbose))
        {
            output.Warning(note.ToString());
        }
    }

    private static void ShowJson(CommandOutput output, CheckReport report)
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
            output.Json("affected", json =>
            {
                json.WriteString("snapshot", file.Snapshot.ToString());
                JsonFields.Raw(json, "path", file.Path.Span);
                json.WriteString("cause", file.Cause);
            });
        }
    }

    private static void ShowSummary(CommandOutput output, CheckReport report, TimeSpan elapsed)
    {
        if (output.IsJson)
        {
            output.Json("checkSummary", json =>
            {
                json.WriteNumber("snapshots", report.Snapshots);
                json.WriteNumber("treePages", report.TreePages);
                json.WriteNumber("segments", report.Segments);
                json.WriteNumber("packs", report.Packs);
                json.WriteNumber("packsRead", report.PacksRead);
                json.WriteNumber("bytesRead", report.BytesRead);
                json.WriteNumber("errors", report.Errors.Count);
                json.WriteNumber("notes", report.Notes.Count);
                json.WriteNumber("filesAffected", report.AffectedCount);
                json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            });
            return;
        }

        string read = report.PacksRead > 0
            ? $", {Units.Count(report.PacksRead, "pack")} read ({Units.Bytes(report.BytesRead)})"
            : "";
        string verdict = report.Worst is null
            ? "no damage"
            : $"{Units.Count(report.Errors.Count, "error")}, {Units.Count(report.AffectedCount, "file")} affected";
        output.Summary($"{verdict}: {Units.Count(report.Snapshots, "snapshot")}, "
            + $"{Units.Count(report.TreePages, "tree page")}, {Units.Count(report.Segments, "index segment")}, "
            + $"{Units.Count(report.Packs, "pack")}{read} in {Units.Duration(elapsed)}");
    }
}
