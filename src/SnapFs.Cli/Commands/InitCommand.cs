using System.CommandLine;
using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Cryptography;
using SnapFs.Jobs.Secrets;
using SnapFs.Repository;
using SnapFs.Storage;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs init</c>: makes a repository.</summary>
internal static class InitCommand
{
    public static CliCommand Create()
    {
        Argon2Options argon2 = new();
        Flags flags = new();
        return new CliCommand("init", "Make a repository.")
        {
            Run = (context, cancellationToken) => RunAsync(context, flags, argon2, cancellationToken),
            Options = { flags.Compression, flags.ChunkSize, flags.Label, argon2.All },
            Notes =
            [
                "The place must be empty or not be there yet. The passphrase is asked for twice unless an option or a "
                    + "variable gives it. Without it, or a key file, nothing in the repository can be read: keep a "
                    + "copy on paper ('snapfs key export --paper').",
            ],
            Examples =
            [
                new("snapfs init --repo /srv/backup", "Make a repository on a disk, asking for a passphrase"),
                new("snapfs init -r /mnt/usb/backup -p /etc/snapfs/password --compression 3",
                    "Smaller and slower, with a passphrase from a file"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, Flags flags, Argon2Options argon2, CancellationToken cancellationToken)
    {
        StorageAddress address = context.Settings.RequireRepository();
        SecretChoice choice = context.Settings.Secret;
        if (choice.Kind == SecretKind.KeyFile)
        {
            throw new UsageException($"a repository begins with a passphrase; leave {choice.Origin} out for init");
        }

        int level = context.Parse.GetValue(flags.Compression);
        if (level is < -7 or > 19)
        {
            throw new UsageException("--compression takes a level of -7 to 19");
        }

        Argon2Parameters parameters = argon2.Resolve(context.Parse);
        ChunkLimits chunks = ChunkLimitsOf(context.Parse.GetValue(flags.ChunkSize));
        if (await StorageRegistry.HoldsRepositoryAsync(address, cancellationToken).ConfigureAwait(false))
        {
            throw new RepositoryExistsException(
                $"there is a repository at {SafeText.Of(address.ToString())} already; nothing was changed");
        }

        using SecretBytes secret = context.ReadNewSecret(context.Settings.Secret, "set SNAPFS_PASSWORD_FILE or --password-file");
        using RepositorySecret.Password password = new(secret.Span);
        await using IStorage storage = context.Listed(
            await StorageRegistry.CreateAsync(address, cancellationToken).ConfigureAwait(false));
        InitOptions options = new()
        {
            Password = password,
            Argon2 = parameters,
            Chunks = chunks,
            CompressionLevel = level,
            Label = context.Parse.GetValue(flags.Label) ?? "",
            Clock = context.Environment.Clock,
        };
        using OpenedRepository opened = await RepositoryInit.CreateAsync(storage, options, cancellationToken)
            .ConfigureAwait(false);
        if (context.Output.IsJson)
        {
            context.Output.Json("repository", json =>
            {
                json.WriteString("id", opened.RepositoryId.ToString());
                json.WriteString("path", storage.Location);
            });
        }

        context.Output.Summary($"made repository {opened.RepositoryId.ToString()[..12]} at {SafeText.Of(storage.Location)}");
        context.Output.Summary("WITHOUT THE PASSPHRASE OR A KEY FILE IT IS LOST: NOBODY CAN EVER READ IT AGAIN.");
        context.Output.Summary("Keep a copy where the backups are not: 'snapfs key export --paper' prints one.");
        return ExitCode.Success;
    }

    private static ChunkLimits ChunkLimitsOf(string? text)
    {
        if (text is null)
        {
            return ChunkLimits.Default;
        }

        return Units.TryParseBytes(text, out long target)
            && target is >= 64 * 1024 and <= 8 * 1024 * 1024
            && long.IsPow2(target)
            ? new ChunkLimits((int)target / 4, (int)target, (int)target * 4)
            : throw new UsageException(
                $"--chunk-size takes a power of two of 64K to 8M, not '{SafeText.Of(text)}'");
    }

    /// <summary>The options of its own.</summary>
    private sealed class Flags
    {
        public Option<int> Compression { get; } = new("--compression")
        {
            Description = "The level of zstd for this repository, -7 to 19; 1 by default.",
            HelpName = "LEVEL",
            DefaultValueFactory = _ => 1,
        };

        public Option<string?> ChunkSize { get; } = new("--chunk-size")
        {
            Description = "The usual size of a chunk, a power of two of 64K to 8M; a quarter and four times of it are "
                + "the limits.",
            HelpName = "SIZE",
        };

        public Option<string?> Label { get; } = new("--label")
        {
            Description = "A name for the passphrase, such as the name of who knows it; anyone can read it.",
            HelpName = "TEXT",
        };
    }
}
