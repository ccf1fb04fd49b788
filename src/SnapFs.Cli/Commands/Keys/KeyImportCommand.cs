using System.CommandLine;
using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cryptography;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key import</c>.</summary>
internal static class KeyImportCommand
{
    public static CliCommand Create()
    {
        Option<string> paper = new("--paper")
        {
            Description = "A file with the lines of a page that 'key export --paper' wrote, typed back.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string> file = new("--file")
        {
            Description = "The key file to write.",
            HelpName = "FILE",
            Required = true,
        };
        return new CliCommand("import", "Make a key file of a key that was printed on paper; needs no repository.")
        {
            Run = (context, _) => Task.FromResult(
                Run(context, context.Parse.GetRequiredValue(paper), context.Parse.GetRequiredValue(file))),
            Options = { paper, file },
            Examples = [new("snapfs key import --paper typed.txt --file /root/backup.key", "Open a repository again")],
        };
    }

    private static ExitCode Run(CommandContext context, string paper, string file)
    {
        using SecretBytes text = SecretReader.ReadFile(RawPaths.RequireText(paper), "--paper", trimLineEnd: false);
        using KeyFile key = PaperKey.Parse(Encoding.UTF8.GetString(text.Span));
        KeyFileStore.Write(RawPaths.RequireText(file), key);
        context.Output.Summary($"wrote {SafeText.Of(file)}, a key of repository {key.RepositoryId.ToString()[..12]}");
        return ExitCode.Success;
    }
}
