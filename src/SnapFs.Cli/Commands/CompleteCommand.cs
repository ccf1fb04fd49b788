using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs complete</c>: the words that a shell offers for hosts, snapshots and paths in them. It asks nobody anything.
/// </summary>
internal static class CompleteCommand
{
    /// <summary>Entries of a directory, or snapshots of a job; nobody reads a longer list.</summary>
    private const int MaxWords = 1000;

    public static CliCommand Create()
    {
        Argument<string> kind = new("kind")
        {
            HelpName = "KIND",
            Description = "What is offered: hosts, sources, tags, volumes or refs.",
        };
        Argument<string> begun = new("begun")
        {
            HelpName = "BEGUN",
            Description = "What is typed already.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "",
        };
        return new CliCommand("complete", "List words for the completion of a shell.")
        {
            Hidden = true,
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetRequiredValue(kind), context.Parse.GetValue(begun) ?? "", cancellationToken),
            Arguments = { kind, begun },
            Notes =
            [
                "Where the repository cannot be opened without asking for a passphrase, or not at all, there are none.",
            ],
            Examples = [new("snapfs complete refs latest:/etc/ng", "What can follow")],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string kind, string begun, CancellationToken cancellationToken)
    {
        if (kind is not ("hosts" or "sources" or "tags" or "volumes" or "refs"))
        {
            throw new UsageException($"there is no kind of words '{SafeText.Of(kind)}'");
        }

        try
        {
            await using RepositoryConnection session = await context.WithoutPrompt().ConnectAsync(cancellationToken)
                .ConfigureAwait(false);
            using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
            IEnumerable<string> words = kind switch
            {
                "hosts" => reader.Snapshots.Select(s => s.Host),
                "sources" => reader.Snapshots.Select(s => s.Source),
                "tags" => reader.Snapshots.SelectMany(s => s.Tags),
                "volumes" => reader.Snapshots.Where(s => s.Volume is not null).Select(s => s.Source),
                _ => References(context, reader, begun, cancellationToken),
            };
            foreach (string word in words
                .Where(word => word.StartsWith(begun, StringComparison.Ordinal) && SafeText.Of(word) == word)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Take(MaxWords))
            {
                context.Output.Line(word);
            }
        }
        catch (SnapFsException)
        {
            // Somebody is typing: the command itself will say what is wrong.
        }

        return ExitCode.Success;
    }

    private static IEnumerable<string> References(
        CommandContext context, RepositoryReader reader, string begun, CancellationToken cancellationToken)
    {
        if (begun.Contains(":/", StringComparison.Ordinal))
        {
            return Paths(context, reader, begun[..(begun.LastIndexOf('/') + 1)], cancellationToken);
        }

        IEnumerable<string> jobs = reader.Snapshots.Select(s => $"{s.Host}:{s.Source}");
        int at = begun.LastIndexOf('@');
        string job = at < 0 ? "" : begun[..at];
        return ((string[])["latest", "yesterday"])
            .Concat(jobs)
            .Concat(reader.Snapshots.Where(s => at > 0 && job == $"{s.Host}:{s.Source}").Select(SnapshotNames.NameOf))
            .Concat(begun.Length > 0 ? reader.Snapshots.Select(SnapshotNames.ShortId) : []);
    }

    /// <summary>The entries of a directory of a snapshot.</summary>
    private static List<string> Paths(
        CommandContext context, RepositoryReader reader, string directory, CancellationToken cancellationToken)
    {
        SnapshotReference reference = SnapshotReference.Parse(directory);
        SnapshotHead snapshot = SnapshotFinder.Find(
            reader, reference, null, context.Environment.HostName(), context.Zone, cancellationToken);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        BrowsedNode node = browser.Find(snapshot, reference.Path);
        List<string> found = [];
        if (node.View.Type == NodeType.Directory)
        {
            TreeWalker walker = browser.Walk(in node, []);
            while (found.Count < 100 * MaxWords && walker.Next())
            {
                found.Add($"{directory}{RawText.FromBytes(walker.Name)}{(walker.Node.Type == NodeType.Directory ? "/" : "")}");
            }
        }

        return found;
    }
}
