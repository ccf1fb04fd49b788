using System.CommandLine;
using SnapFs.Cli.Browsing;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Repositories;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs diff</c>: what differs between two snapshots.</summary>
internal static class DiffCommand
{
    public static CliCommand Create()
    {
        Argument<string> left = SnapshotArguments.One("ref1", "The older snapshot, or a part of it.");
        Argument<string> right = SnapshotArguments.One("ref2", "The newer snapshot, or a part of it.");
        Option<string?> host = SnapshotArguments.Host();
        return new CliCommand("diff", "Show what differs between two snapshots.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetRequiredValue(left),
                context.Parse.GetRequiredValue(right),
                context.Parse.GetValue(host),
                cancellationToken),
            Arguments = { left, right },
            Options = { host },
            Notes =
            [
                "A line begins with + for what is only in the second, - for what is only in the first, M for other "
                    + "content, T for another type, U for another owner, mode, time or attribute. Equal directories "
                    + "are not read. Exits with 1 if there are differences.",
                SnapshotArguments.Note,
            ],
            Examples =
            [
                new("snapfs diff web1:etc@2026-11-20 web1:etc@2026-11-21", "What a day changed"),
                new("snapfs diff 0123abcd:/etc 4567cdef:/etc --json", "Two states of a directory, for a program"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string left, string right, string? host, CancellationToken cancellationToken)
    {
        await using RepositorySession session = await RepositorySession.OpenAsync(context, cancellationToken)
            .ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        (SnapshotHead leftSnapshot, byte[]? leftPath) = SnapshotArguments.Resolve(context, reader, left, host);
        (SnapshotHead rightSnapshot, byte[]? rightPath) = SnapshotArguments.Resolve(context, reader, right, host);
        using SnapshotBrowser browser = new(reader);
        Dictionary<Difference, long> counts = [];
        TreeComparison comparison = new(
            browser.Pages,
            (difference, path) =>
            {
                counts[difference] = counts.GetValueOrDefault(difference) + 1;
                Show(context.Output, difference, path);
            },
            cancellationToken);
        comparison.Compare(
            browser.Find(leftSnapshot, leftPath), browser.Find(rightSnapshot, rightPath), PrefixOf(rightPath));
        ShowSummary(context.Output, counts);
        return counts.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static byte[] PrefixOf(byte[]? path) => path is null or { Length: 1 } ? [] : path;

    private static void Show(CommandOutput output, Difference difference, ReadOnlySpan<byte> path)
    {
        if (!output.IsJson)
        {
            output.Line($"{(char)difference} {SafeText.Of(path)}");
            return;
        }

        byte[] copy = path.ToArray();
        output.Json("difference", json =>
        {
            json.WriteString("change", Word(difference));
            JsonFields.Raw(json, "path", copy);
        });
    }

    private static string Word(Difference difference) => difference switch
    {
        Difference.Added => "added",
        Difference.Removed => "removed",
        Difference.Type => "kind",
        Difference.Content => "content",
        _ => "metadata",
    };

    private static void ShowSummary(CommandOutput output, Dictionary<Difference, long> counts)
    {
        long Of(Difference difference) => counts.GetValueOrDefault(difference);
        if (output.IsJson)
        {
            output.Json("diffSummary", json =>
            {
                foreach (Difference difference in Enum.GetValues<Difference>())
                {
                    json.WriteNumber(Word(difference), Of(difference));
                }
            });
            return;
        }

        output.Summary($"{Units.Count(Of(Difference.Added))} added, {Units.Count(Of(Difference.Removed))} removed, "
            + $"{Units.Count(Of(Difference.Content) + Of(Difference.Type))} changed, "
            + $"{Units.Count(Of(Difference.Metadata))} with other metadata only");
    }
}
