using System.CommandLine;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Posix.Processes;
using SnapFs.Storage;

namespace SnapFs.Cli.Hosting;

/// <summary>The values of the global options: a flag goes before the environment.</summary>
internal sealed record Settings
{
    /// <summary>Where the repository is; null if nothing says.</summary>
    public string? Repository { get; init; }

    /// <summary>What opens it.</summary>
    public required SecretChoice Secret { get; init; }

    /// <summary>Where caches are kept; null if nothing says where, because <c>HOME</c> is unset.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Whether output is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether only errors are wanted.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether names of files are wanted.</summary>
    public bool Verbose { get; init; }

    /// <summary>Where times are that do not say it, and where they are shown.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether traces are wanted.</summary>
    public bool Debug { get; init; }

    /// <summary>Takes the values of a command line and of an environment.</summary>
    /// <exception cref="UsageException">Options exclude each other.</exception>
    public static Settings Resolve(ParseResult parse, GlobalOptions options, CliEnvironment environment)
    {
        bool quiet = parse.GetValue(options.Quiet);
        bool verbose = parse.GetValue(options.Verbose);
        if (quiet && verbose)
        {
            throw new UsageException("--quiet and --verbose exclude each other; give one of them");
        }

        return new Settings
        {
            Repository = parse.GetValue(options.Repository) ?? environment.NonEmpty("SNAPFS_REPOSITORY"),
            Secret = ChooseSecret(
                parse.GetValue(options.KeyFile), parse.GetValue(options.PasswordFile), environment),
            CacheDirectory = parse.GetValue(options.CacheDirectory)
                ?? environment.NonEmpty("SNAPFS_CACHE_DIR")
                ?? DefaultCacheDirectory(environment),
            Json = parse.GetValue(options.Json),
            Quiet = quiet,
            Verbose = verbose,
            Zone = parse.GetValue(options.LocalTime) || environment.NonEmpty("SNAPFS_LOCAL_TIME") is not null
                ? environment.Clock.LocalTimeZone
                : TimeZoneInfo.Utc,
            Debug = parse.GetValue(options.Debug),
        };
    }

    /// <summary>Where the repository lies.</summary>
    /// <exception cref="UsageException">None is given.</exception>
    /// <exception cref="StorageAddressException">It lies where this version cannot go.</exception>
    public StorageAddress RequireRepository() => Repository is { Length: > 0 } repository
        ? StorageAddress.Parse(RawPaths.RequireText(repository))
        : throw new UsageException("no repository is named; give --repo PATH or set SNAPFS_REPOSITORY");

    private static SecretChoice ChooseSecret(string? keyFile, string? passwordFile, CliEnvironment environment)
    {
        if (keyFile is not null && passwordFile is not null)
        {
            throw new UsageException("--key-file and --password-file exclude each other; give one of them");
        }

        if (keyFile is not null)
        {
            return new SecretChoice(SecretKind.KeyFile, keyFile, "--key-file");
        }

        if (passwordFile is not null)
        {
            return new SecretChoice(SecretKind.PasswordFile, passwordFile, "--password-file");
        }

        foreach ((string name, SecretKind kind) in (ReadOnlySpan<(string, SecretKind)>)
            [
                (SecretVariables.KeyFile, SecretKind.KeyFile),
                (SecretVariables.PasswordFile, SecretKind.PasswordFile),
                (SecretVariables.PasswordCommand, SecretKind.PasswordCommand),
            ])
        {
            if (environment.NonEmpty(name) is { } value)
            {
                return new SecretChoice(kind, value, name);
            }
        }

        return environment.NonEmpty(SecretVariables.Password) is null
            ? new SecretChoice(SecretKind.Prompt, "", "the terminal")
            : new SecretChoice(SecretKind.PasswordVariable, SecretVariables.Password, SecretVariables.Password);
    }

    private static string? DefaultCacheDirectory(CliEnvironment environment)
    {
        if (Interop.Libc.geteuid() == 0)
        {
            return "/var/cache/snapfs";
        }

        if (environment.NonEmpty("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache))
        {
            return Path.Combine(cache, "snapfs");
        }

        return environment.NonEmpty("HOME") is { } home ? Path.Combine(home, ".cache", "snapfs") : null;
    }
}
