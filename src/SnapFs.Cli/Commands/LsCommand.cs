using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs ls</c>: lists a directory of a snapshot.</summary>
internal static class LsCommand
{
    private sealed record Options(string Reference, string? Host, bool Long, bool Recursive);

    public static CliCommand Create()
    {
        Argument<string> reference = SnapshotArguments.One("ref", "The snapshot and the directory or file to list.");
        Option<bool> isLong = new("--long", "-l") { Description = "Show type, mode, owners, size and time in UTC." };
        Option<bool> recursive = new("--recursive", "-R") { Description = "List what is below, at any depth." };
        Option<string?> host = SnapshotArguments.Host();
        return new CliCommand("ls", "List the files in a snapshot.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                new Options(
                    context.Parse.GetRequiredValue(reference),
                    context.Parse.GetValue(host),
                    context.Parse.GetValue(isLong),
                    context.Parse.GetValue(recursive)),
                cancellationToken),
            Arguments = { reference },
            Options = { isLong, recursive, host },
            Notes =
            [
                SnapshotArguments.Note,
                @"Names are escaped: \xNN for bytes that are no text, \\ for a backslash; --json has the bytes.",
            ],
            Examples =
            [
                new("snapfs ls latest:/etc", "The names in a directory"),
                new("snapfs ls -l web1:etc@2026-11-21:/etc/ssh", "One day's state of a directory, with details"),
                new("snapfs ls -R latest --json", "Everything in a snapshot, for a program"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, Options options, CancellationToken cancellationToken)
    {
        SnapshotReference.Parse(options.Reference);
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        NamedSnapshots named = new(context, reader, options.Host);
        (SnapshotHead snapshot, byte[]? path) = named.Find(options.Reference, cancellationToken);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        BrowsedNode node = browser.Find(snapshot, path);
        byte[] prefix = path is null or { Length: 1 } ? [] : path;
        if (node.View.Type != NodeType.Directory)
        {
            Show(context.Output, options, prefix, 0, node);
            return named.Code;
        }

        int hidden = options.Recursive ? 0 : prefix.Length + 1;
        TreeWalker walker = browser.Walk(in node, prefix);
        while (walker.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Show(context.Output, options, walker.Path, hidden, new BrowsedNode(walker.Page, walker.Index));
            if (options.Recursive && walker.Node.Type == NodeType.Directory)
            {
                walker.Enter(walker.Node.Tree);
            }
        }

        return named.Code;
    }

    private static void Show(CommandOutput output, Options options, ReadOnlySpan<byte> path, int hidden, BrowsedNode node)
    {
        if (output.IsJson)
        {
            byte[] whole = path.ToArray();
            output.Json("node", json => JsonFields.Node(json, whole, in node));
            return;
        }

        ReadOnlySpan<byte> name = path[hidden..];
        if (options.Long)
        {
            output.Line(NodeText.Long(name, in node, output.Zone));
            return;
        }

        output.Line(SafeText.Of(name) + (node.View.Type == NodeType.Directory ? "/" : ""));
    }
}
