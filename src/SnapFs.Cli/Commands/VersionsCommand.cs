using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs versions</c>: all states of one path.</summary>
internal static class VersionsCommand
{
    /// <summary>What the lines of versions say, for help.</summary>
    public const string Note =
        "A line of a version is the newest snapshot that has it, when it was modified, its size, its owner, and the days of the "
        + "first and of the last snapshot that has it, in UTC; with --verbose also mode, exact times and how many snapshots. "
        + "ID:/path then is what cat and restore take. Each version is told once, also one that came back. A version is "
        + "another one if content, owner, mode, time or attributes are others.";

    public static CliCommand Create()
    {
        Argument<string[]> references = new("ref")
        {
            HelpName = "REF:/path",
            Description = "The path; of which host and source is what the snapshot is of.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> host = SnapshotArguments.Host();
        return new CliCommand("versions", "Show every version of a path, and when it was deleted.")
        {
            AnswersWithOne = true,
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetRequiredValue(references), context.Parse.GetValue(host), cancellationToken),
            Arguments = { references },
            Options = { host },
            Notes =
            [
                Note + " Exits with 1 if no snapshot has the path, with 2 if it failed.",
                "All snapshots of that host and source are looked into, older and newer ones; with latest:/path, those of every source "
                    + "of the host. 'snapfs find --versions' looks for "
                    + "names, in all of them.",
                SnapshotArguments.Note,
            ],
            Examples =
            [
                new("snapfs versions latest:/etc/fstab", "Which there are, the oldest first"),
                new("snapfs versions web1:home:/home/ann/thesis.odt -v", "The same of another machine, with all that is known"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string[] references, string? host, CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        NamedSnapshots named = new(context, reader, host);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        List<SnapFsException> failures = [];
        VersionSearch search = new(browser, failures.Add, cancellationToken);
        VersionView view = new(context.Output);
        ExitCode code = ExitCode.Success;
        foreach (string reference in references)
        {
            (SnapshotHead snapshot, byte[]? path) = named.Find(reference, cancellationToken);
            if (path is null or { Length: 1 })
            {
                throw new UsageException($"'{SafeText.Of(reference)}' names no path; write REF:/path");
            }

            // The newest snapshot may be of a job that never had a path which is deleted now.
            bool isOfAnyJob = SnapshotReference.Parse(reference).IsLatest;
            long before = view.Paths;
            foreach (IGrouping<string, SnapshotHead> job in reader.Snapshots
                .Where(s => s.Host == snapshot.Host && (isOfAnyJob || s.Source == snapshot.Source))
                .GroupBy(s => s.Source)
                .OrderBy(job => job.Key, StringComparer.Ordinal))
            {
                if (search.OfPath(job, path) is { } found)
                {
                    view.Show(job.First(), found);
                }
            }

            if (view.Paths == before)
            {
                code = ExitCode.Failed;
                string where = isOfAnyJob ? "" : $":{SafeText.Of(snapshot.Source)}";
                context.Output.Note($"no snapshot of {SafeText.Of(snapshot.Host)}{where} has {SafeText.Of(path)}");
            }
        }

        return Problems.Report(context.Output, [.. failures.DistinctBy(failure => failure.Message)]).Or(named.Code).Or(code);
    }
}
