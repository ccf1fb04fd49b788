using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Secrets;
using SnapFs.Cryptography;
using SnapFs.Repository;

namespace SnapFs.Cli.Commands.Keys;

/// <summary>The passphrase that <c>key add</c> and <c>key change</c> set.</summary>
internal sealed class NewPassword
{
    /// <summary>A file with the new passphrase.</summary>
    public Option<string?> File { get; } = new("--new-password-file")
    {
        Description = "Read the new passphrase from this file instead of asking for it.",
        HelpName = "FILE",
    };

    /// <summary>Reads it, or asks for it twice.</summary>
    public RepositorySecret.Password Read(CommandContext context)
    {
        SecretChoice choice = context.Parse.GetValue(File) is { } file
            ? new SecretChoice(SecretKind.PasswordFile, file, File.Name)
            : new SecretChoice(SecretKind.Prompt, "", "the terminal");
        using SecretBytes secret = SecretReader.ReadNew(choice, context.Environment, "New passphrase: ");
        return new RepositorySecret.Password(secret.Span);
    }
}
