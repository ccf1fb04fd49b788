using System.CommandLine;
using SnapFs.Caches;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs cat</c>: writes files of a snapshot to standard output.</summary>
internal static class CatCommand
{
    private const int BufferLength = 1024 * 1024;
    private const int Ahead = 8 * 1024 * 1024;

    public static CliCommand Create()
    {
        Argument<string[]> references = new("ref")
        {
            HelpName = "REF:/PATH",
            Description = "The files, one after the other.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> host = SnapshotArguments.Host();
        return new CliCommand("cat", "Write files of a snapshot to standard output.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetRequiredValue(references),
                context.Parse.GetValue(host),
                cancellationToken),
            Arguments = { references },
            Options = { host },
            Notes = [SnapshotArguments.Note],
            Examples =
            [
                new("snapfs cat latest:/etc/fstab", "Show a file as it was backed up last"),
                new("snapfs cat db1:dump@2026-11-21:/all.sql | psql", "Load a database dump of a day"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string[] references, string? host, CancellationToken cancellationToken)
    {
        foreach (string reference in references)
        {
            if (SnapshotReference.Parse(reference).Path is null)
            {
                throw new UsageException($"'{SafeText.Of(reference)}' names no file; write REF:/path");
            }
        }

        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        using SnapshotBrowser browser = new(reader, cancellationToken);
        NamedSnapshots named = new(context, reader, host);
        byte[] buffer = new byte[BufferLength];
        foreach (string reference in references)
        {
            (SnapshotHead snapshot, byte[]? path) = named.Find(reference, cancellationToken);
            BrowsedNode node = browser.Find(snapshot, path);
            Copy(context.Output, browser.Frames, in node, path, buffer, cancellationToken);
        }

        return named.Code;
    }

    private static void Copy(
        CommandOutput output,
        FrameCache frames,
        in BrowsedNode node,
        ReadOnlySpan<byte> path,
        byte[] buffer,
        CancellationToken cancellationToken)
    {
        NodeView view = node.View;
        if (view.Type != NodeType.File)
        {
            string what = view.Type == NodeType.Symlink
                ? $"a symlink to {SafeText.Of(view.Target)}; name what it leads to"
                : $"a {NodeText.KindOf(view.Type)}; only files have content";
            throw new JobException(ErrorKind.Refused, $"{SafeText.Of(path)} is {what}");
        }

        ContentReader content = ContentReader.Open(frames, in view);
        for (long offset = 0; offset < content.Size;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Prefetch(offset, Ahead);
            int count = content.Read(offset, buffer);
            output.Bytes(buffer.AsSpan(0, count));
            offset += count;
        }
    }
}
