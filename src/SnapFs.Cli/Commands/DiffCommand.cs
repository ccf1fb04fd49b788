using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
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
            AnswersWithOne = true,
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
                    + "content, T for another type, A for another access list of an AFS directory, U for another owner, mode, "
                    + "time or attribute; in brackets, what of them and by how much. Equal directories are not read. Exits with 1 if "
                    + "there are differences, with 2 if it failed.",
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
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        NamedSnapshots named = new(context, reader, host);
        (SnapshotHead leftSnapshot, byte[]? leftPath) = named.Find(left, cancellationToken);
        (SnapshotHead rightSnapshot, byte[]? rightPath) = named.Find(right, cancellationToken);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        DifferenceView view = new(context.Output);
        TreeComparison comparison = new(browser.Pages, view.Show, cancellationToken);
        comparison.Compare(
            browser.Find(leftSnapshot, leftPath), browser.Find(rightSnapshot, rightPath), PrefixOf(rightPath));
        return named.Code.Or(view.End());
    }

    private static byte[] PrefixOf(byte[]? path) => path is null or { Length: 1 } ? [] : path;
}
