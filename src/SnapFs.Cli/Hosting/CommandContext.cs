using System.CommandLine;
using SnapFs.Cli.Output;
using SnapFs.Cryptography;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Storage;

namespace SnapFs.Cli.Hosting;

/// <summary>What a command works with.</summary>
internal sealed class CommandContext
{
    /// <summary>The parsed command line.</summary>
    public required ParseResult Parse { get; init; }

    /// <summary>The values of the global options.</summary>
    public required Settings Settings { get; init; }

    /// <summary>The process around us.</summary>
    public required CliEnvironment Environment { get; init; }

    /// <summary>Where results go.</summary>
    public required CommandOutput Output { get; init; }

    /// <summary>Shows what a job meets.</summary>
    public IJobObserver Observer => new JobView(Output);

    /// <summary>The repository that the settings name.</summary>
    /// <exception cref="UsageException">They name none, or no place for caches.</exception>
    public ConnectionOptions Connection => new()
    {
        Repository = Settings.RequireRepository(),
        CacheRoot = Settings.CacheDirectory,
        Clock = Environment.Clock,
    };

    /// <summary>Where times are that do not say it.</summary>
    public TimeZoneInfo Zone => Settings.Zone;

    /// <summary>Has the secret that the settings name.</summary>
    public SecretReader Secret => new(Settings.Secret, Environment.Variable, Environment.Prompt, Settings.Repository);

    /// <summary>The words after <c>--</c>; null if there was no <c>--</c>.</summary>
    public IReadOnlyList<string>? TrailingCommand { get; init; }

    /// <summary>All arguments as they were given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Reads a passphrase that is to be set.</summary>
    /// <param name="choice">Where it is.</param>
    /// <param name="elsewhere">Where else it may come from, for who cannot be asked.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public SecretBytes ReadNewSecret(SecretChoice choice, string elsewhere) =>
        new SecretReader(choice, Environment.Variable, Environment.Prompt) { Elsewhere = elsewhere }.ReadNew();

    /// <summary>The same where nobody is asked for anything.</summary>
    public CommandContext WithoutPrompt() => new()
    {
        Parse = Parse,
        Settings = Settings,
        Environment = Environment with { Prompt = _ => null },
        Output = Output,
        TrailingCommand = TrailingCommand,
        Arguments = Arguments,
    };

    /// <summary>A storage that lists the objects which are stored and removed, if such lists are asked for.</summary>
    /// <param name="storage">It is disposed of with the result.</param>
    public IStorage Listed(IStorage storage) => Output.IsVerbose && !Output.IsJson
        ? storage.Watched(name => Output.Line($"+ {name.RelativePath}"), name => Output.Line($"- {name.RelativePath}"))
        : storage;

    /// <summary>Opens the repository that the settings name.</summary>
    /// <exception cref="SnapFsException">There is none, or it does not open.</exception>
    public Task<RepositoryConnection> ConnectAsync(CancellationToken cancellationToken) =>
        RepositoryConnection.OpenAsync(Connection, Secret, Observer, cancellationToken);
}
