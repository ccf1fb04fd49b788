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
                    + "damaged, the files that it affects and which snapshots are whole, and exits with 13. Changes nothing.",
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

        CheckView view = new(context.Output, report);
        view.ShowFindings();
        view.ShowSnapshots();
        view.ShowSummary(watch.Elapsed);
        return report.Worst is { } worst ? ExitCodes.Of(worst) : ExitCode.Success;
    }
}
