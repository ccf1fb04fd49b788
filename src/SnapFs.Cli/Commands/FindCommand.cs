using System.CommandLine;
using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs find</c>: looks for names in snapshots.</summary>
internal static class FindCommand
{
    public static CliCommand Create()
    {
        Argument<string> pattern = new("pattern")
        {
            HelpName = "PATTERN",
            Description = "A name with * and ?; with a slash in it, a whole path.",
        };
        Argument<string[]> references = new("ref")
        {
            HelpName = "REF",
            Description = "Where to look; without it, in all snapshots that the options choose.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        FindOptions options = new();
        SnapshotFilter filter = new();
        return new CliCommand("find", "Look for files in snapshots by name.")
        {
            AnswersWithOne = true,
            Run = (context, cancellationToken) => RunAsync(
                context,
                NodeTest.Create(context, context.Parse.GetRequiredValue(pattern), options),
                context.Parse.GetValue(references) ?? [],
                filter,
                context.Parse.GetValue(options.Versions),
                cancellationToken),
            Arguments = { pattern, references },
            Options = { options.All, filter.Options },
            Notes =
            [
                @"Each hit is written as REF:/path, which cat, ls and restore take; REF:\/path if the path has bytes that need "
                    + "an escape. Exits with 1 if there is none, with 2 if it failed.",
                "With --versions a line of a path stands above its versions. " + VersionsCommand.Note
                    + " A REF then means all snapshots of its host and source, and the part of them that it names.",
                SnapshotArguments.Note,
            ],
            Examples =
            [
                new("snapfs find 'report*.odt'", "Some documents, wherever they are, in every snapshot"),
                new("snapfs find --versions 'report*.odt'", "Every version of them once, and when they were deleted"),
                new("snapfs find '/etc/ssh/*' latest --type f", "Files below a directory"),
                new("snapfs find '*' latest:/home --size +1G", "What is large"),
                new("snapfs find '*.conf' --host web1 --newer 2026-11-01", "What was changed since a day"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context,
        NodeTest test,
        string[] references,
        SnapshotFilter filter,
        bool wantsVersions,
        CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        NamedSnapshots? named = references.Length > 0 ? new(context, reader, filter.OnlyHost(context.Parse)) : null;
        List<SnapshotHead> chosen = filter.Apply(context.Parse, reader.Snapshots);
        List<(SnapshotHead Snapshot, byte[]? Path)> places = named is not null
            ? [.. references.Select(reference => named.Find(reference, cancellationToken))]
            : [.. chosen.Select(s => (s, (byte[]?)null))];
        using SnapshotBrowser browser = new(reader, cancellationToken);
        HashSet<ChunkId> fruitless = [];
        List<SnapFsException> failures = [];
        long hits = wantsVersions
            ? ShowVersions(context, browser, chosen, places, test, failures, cancellationToken)
            : 0;
        foreach ((SnapshotHead snapshot, byte[]? path) in wantsVersions ? [] : places)
        {
            byte[] prefix = path is null or { Length: 1 } ? [] : path;
            try
            {
                BrowsedNode start = browser.Find(snapshot, path);
                Search(
                    browser,
                    in start,
                    prefix,
                    test,
                    fruitless,
                    (below, node) =>
                    {
                        hits++;
                        Show(context.Output, snapshot, below, node);
                    },
                    cancellationToken);
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                failures.Add(e); // the other snapshots are searched all the same
            }
        }

        if (named is null)
        {
            failures.AddRange(reader.Problems);
        }

        // Snapshots share what is damaged.
        ExitCode problems = Problems.Report(context.Output, [.. failures.DistinctBy(failure => failure.Message)]);
        return problems.Or(named?.Code ?? ExitCode.Success).Or(hits > 0 ? ExitCode.Success : ExitCode.Failed);
    }

    /// <returns>How many versions there were.</returns>
    private static long ShowVersions(
        CommandContext context,
        SnapshotBrowser browser,
        List<SnapshotHead> snapshots,
        List<(SnapshotHead Snapshot, byte[]? Path)> places,
        NodeTest test,
        List<SnapFsException> failures,
        CancellationToken cancellationToken)
    {
        VersionSearch search = new(browser, failures.Add, cancellationToken);
        VersionView view = new(context.Output);
        ILookup<(string Host, string Source), SnapshotHead> jobs = snapshots.ToLookup(s => (s.Host, s.Source));
        foreach ((SnapshotHead place, byte[]? path) in places
            .DistinctBy(place => (place.Snapshot.Host, place.Snapshot.Source, RawText.FromBytes(place.Path)))
            .OrderBy(place => place.Snapshot.Host, StringComparer.Ordinal)
            .ThenBy(place => place.Snapshot.Source, StringComparer.Ordinal))
        {
            foreach (PathVersions found in search.Below(jobs[(place.Host, place.Source)], path, test.Matches))
            {
                view.Show(place, found);
            }
        }

        view.End(snapshots.Count);
        return view.Versions;
    }

    private static void Search(
        SnapshotBrowser browser,
        in BrowsedNode node,
        byte[] path,
        NodeTest test,
        HashSet<ChunkId> fruitless,
        Action<byte[], BrowsedNode> found,
        CancellationToken cancellationToken)
    {
        NodeView view = node.View;
        long hits = 0;
        if (path.Length > 0 && test.Matches(path, in view))
        {
            found(path, node);
            hits++;
        }

        if (view.Type != NodeType.Directory || IsFruitless(in view))
        {
            return;
        }

        TreeWalker walker = browser.Walk(in node, path);
        Stack<(int Depth, ChunkId Tree, long Before)> entered = new([(0, view.Tree.Id, hits)]);
        while (walker.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Leave(walker.Depth);
            view = walker.Node;
            if (test.Matches(walker.Path, in view))
            {
                found(walker.Path.ToArray(), new BrowsedNode(walker.Page, walker.Index));
                hits++;
            }

            if (view.Type == NodeType.Directory && !IsFruitless(in view))
            {
                entered.Push((walker.Depth, view.Tree.Id, hits));
                walker.Enter(in view.Tree);
            }
        }

        Leave(0);

        // The same directory in a later snapshot holds the same names: what held no hit once is not read again.
        bool IsFruitless(in NodeView directory) => !test.DependsOnPath && fruitless.Contains(directory.Tree.Id);

        // A node at some depth ends the directories that were entered at that depth or below.
        void Leave(int depth)
        {
            while (entered.TryPeek(out (int Depth, ChunkId Tree, long Before) directory) && directory.Depth >= depth)
            {
                entered.Pop();
                if (hits == directory.Before)
                {
                    fruitless.Add(directory.Tree);
                }
            }
        }
    }

    private static void Show(CommandOutput output, SnapshotHead snapshot, byte[] path, BrowsedNode node)
    {
        if (output.IsJson)
        {
            output.Json("hit", json =>
            {
                json.WriteString("snapshot", snapshot.Id.ToString());
                JsonFields.Node(json, path, in node);
            });
            return;
        }

        output.Line(output.IsVerbose
            ? $"{SnapshotNames.ShortId(snapshot)}: {NodeText.Long(path, in node, output.Zone)}"
            : SnapshotNames.ShortId(snapshot) + SnapshotReference.EndFor(path));
    }
}
