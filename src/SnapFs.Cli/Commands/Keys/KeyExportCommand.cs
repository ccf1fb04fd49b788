using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key export</c>.</summary>
internal static class KeyExportCommand
{
    public static CliCommand Create()
    {
        Option<string?> file = new("--file")
        {
            Description = "Write a key file, readable by its owner only, that opens the repository without passphrase.",
            HelpName = "FILE",
        };
        Option<bool> paper = new("--paper")
        {
            Description = "Write a page to standard output that can be printed and typed back.",
        };
        return new CliCommand("export", "Write a key that opens the repository without a passphrase.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetValue(file), context.Parse.GetValue(paper), cancellationToken),
            Options = { file, paper },
            Notes = ["Whoever has the key and the repository can read and change everything in it."],
            Examples =
            [
                new("snapfs key export --file /etc/snapfs/backup.key", "Let cron work without deriving a key each time"),
                new("snapfs key export --paper | lp", "Print what opens the repository when all else is lost"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string? file, bool paper, CancellationToken cancellationToken)
    {
        if (file is null == !paper)
        {
            throw new UsageException("say what to write: --file FILE or --paper");
        }

        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        KeyManager manager = new(session.Storage, session.Opened, context.Environment.Clock);

        // What lies in a safe for years is the key that outlives epochs.
        using KeyFile key = file is null ? manager.ExportForPaper() : manager.Export();
        if (file is null)
        {
            context.Output.Write(PaperKey.Format(key));
            return ExitCode.Success;
        }

        KeyFileStore.Write(RawPaths.RequireText(file), key);
        context.Output.Summary($"wrote {SafeText.Of(file)}");
        return ExitCode.Success;
    }
}
