using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Mounting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs mount</c>: shows all snapshots as a file system.</summary>
internal static class MountCommand
{
    private const long MinCacheBytes = 16L * 1024 * 1024;

    public static CliCommand Create()
    {
        Flags flags = new();
        return new CliCommand("mount", "Mount all snapshots as one read-only file system.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            Run = (context, cancellationToken) => RunAsync(context, flags, cancellationToken),
            Arguments = { flags.Directory },
            Options = { flags.Options },
            Notes =
            [
                "Returns when the mount can be used; a process behind it serves it until 'snapfs umount DIR' or "
                    + "SIGTERM, and new snapshots appear in it. Each snapshot is at "
                    + "hosts/HOST/SOURCE/TIME; latest is the newest. Each version of a file is in versions/HOST/SOURCE/PATH, "
                    + "what was deleted in deleted/HOST/SOURCE.",
                "With --allow-other other users may enter: archived owners, by name, and modes decide what they can "
                    + "read, and they see only snapshots of the hosts of --users-of, by default this one. Of AFS volumes they "
                    + "see nothing, with --afs-acls what the access lists of AFS allow to the user of their name.",
            ],
            Examples =
            [
                new("snapfs mount /mnt/snapfs", "Mount, then copy files back with cp, rsync, tar or a file manager"),
                new("snapfs mount /mnt/snapfs --allow-other", "As root: let everybody restore their own files"),
                new("snapfs mount /mnt/snapfs --allow-other --afs-acls", "Let also users of AFS restore what they may read there"),
                new("snapfs mount -f /mnt/snapfs -v", "Stay in the foreground and show what happens"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, Flags flags, CancellationToken cancellationToken)
    {
        MountRequest request = flags.Read(context);
        if (context.Parse.GetValue(flags.Serve))
        {
            return await MountService.RunAsync(context, request, cancellationToken).ConfigureAwait(false);
        }

        if (context.Parse.GetValue(flags.Foreground))
        {
            using IMountLog log = request.LogFile is null
                ? new TerminalLog(context.Output)
                : FileLog.Open(request.LogFile, context.Environment.Clock);
            return await MountServer.RunAsync(
                context, request, secret: null, log, () => Announce(context.Output, request), cancellationToken)
                .ConfigureAwait(false);
        }

        using BackgroundMount mount = BackgroundMount.Launch(request);
        byte[] key = await ReadKeyAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            await mount.RunAsync(key, cancellationToken).ConfigureAwait(false);
            Announce(context.Output, request);
            return ExitCode.Success;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static async Task<byte[]> ReadKeyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // A passphrase is spent here: deriving its key takes memory that the process behind the mount never sees.
        using KeyFile key = await RepositoryConnection.ExportKeyAsync(
            context.Connection, context.Secret, context.Observer, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetBytes(key.Format());
    }

    private static void Announce(CommandOutput output, MountRequest request)
    {
        if (output.IsJson)
        {
            output.Json("mount", json => json.WriteString("path", request.Path));
            output.Flush();
        }
        else if (output.IsVerbose)
        {
            output.Line($"mounted at {SafeText.Of(request.Path)}");
            output.Flush();
        }
    }

    /// <summary>The arguments and options of its own.</summary>
    private sealed class Flags
    {
        public Argument<string> Directory { get; } = new("dir")
        {
            HelpName = "DIR",
            Description = "An empty directory.",
        };

        public Option<bool> Foreground { get; } = new("--foreground", "-f")
        {
            Description = "Serve the mount in this process until Ctrl-C or 'snapfs umount'.",
        };

        public Option<bool> Serve { get; } = new(BackgroundMount.ChildOption) { Hidden = true };

        public IReadOnlyList<Option> Options => [Foreground, AllowOther, UsersOf, AfsAcls, NoExec, CacheSize, LogFile, Serve];

        private Option<bool> AllowOther { get; } = new("--allow-other")
        {
            Description = "Let other users enter.",
        };

        private Option<string[]> UsersOf { get; } = new("--users-of")
        {
            Description = "Whose users they are: other users see only the snapshots of this host; may be given more "
                + "than once, or with commas.",
            HelpName = "HOST",
        };

        private Option<bool> AfsAcls { get; } = new("--afs-acls")
        {
            Description = "Show AFS volumes to other users and enforce the access lists; users are mapped by the names saved with "
                + "'volume import --names'.",
        };

        private Option<bool> NoExec { get; } = new("--noexec")
        {
            Description = "Let nobody execute programs in it.",
        };

        private Option<string?> CacheSize { get; } = new("--cache-size")
        {
            Description = "Memory for decoded data; 128M by default.",
            HelpName = "SIZE",
        };

        private Option<string?> LogFile { get; } = new("--log-file")
        {
            Description = "Write what happens to this file instead of the system's log.",
            HelpName = "FILE",
        };

        public MountRequest Read(CommandContext context)
        {
            ParseResult parse = context.Parse;
            long? cacheBytes = null;
            if (parse.GetValue(CacheSize) is { } size)
            {
                cacheBytes = Units.TryParseBytes(size, out long bytes) && bytes >= MinCacheBytes
                    ? bytes
                    : throw new UsageException($"--cache-size takes a size of at least 16M, not '{SafeText.Of(size)}'");
                long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
                if (bytes > memory)
                {
                    throw new UsageException(
                        $"--cache-size {SafeText.Of(size)} is more than the memory of this machine; give less than {memory >> 20}M");
                }
            }

            bool allowOther = parse.GetValue(AllowOther);
            List<string> hosts =
            [
                .. (parse.GetValue(UsersOf) ?? [])
                    .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            ];
            if (hosts.Count > 0 && !allowOther)
            {
                throw new UsageException("--users-of is about other users; give --allow-other too");
            }

            bool afsAcls = parse.GetValue(AfsAcls);
            if (afsAcls && !allowOther)
            {
                throw new UsageException("--afs-acls is about other users; give --allow-other too");
            }

            string? logFile = parse.GetValue(LogFile);
            return new MountRequest
            {
                Path = Absolute(parse.GetRequiredValue(Directory)),
                Repository = context.Settings.RequireRepository().ToString(),
                CacheDirectory = context.Settings.CacheDirectory is { } cache ? Absolute(cache) : null,
                AllowOther = allowOther,
                UsersOf = allowOther && hosts.Count == 0 ? [context.Environment.HostName()] : hosts,
                AfsAcls = afsAcls,
                NoExec = parse.GetValue(NoExec),
                CacheBytes = cacheBytes,
                LogFile = logFile is null ? null : Absolute(logFile),
                Debug = context.Settings.Debug,
            };
        }

        private static string Absolute(string path) => RawPaths.Absolute(path);
    }
}
