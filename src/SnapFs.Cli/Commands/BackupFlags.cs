using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Files.Backups;
using SnapFs.Jobs.Backups;
using SnapFs.Posix.Files;

namespace SnapFs.Cli.Commands;

/// <summary>The arguments and options of <c>snapfs backup</c>.</summary>
internal sealed class BackupFlags
{
    public Argument<string[]> Paths { get; } = new("path")
    {
        HelpName = "PATH",
        Description = "What to back up; a symlink is backed up as one, with a slash at its end as what it leads to.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public FileSourceFlags Files { get; } = new();

    public PathLists Lists { get; } = new();

    public Option<string[]> Tags { get; } = new("--tag")
    {
        Description = "A word for the snapshot; may be given more than once.",
        HelpName = "TAG",
    };

    public Option<string?> Host { get; } = new("--host")
    {
        Description = "The machine to record; this one by default.",
        HelpName = "HOST",
    };

    public Option<string?> Time { get; } = new("--time")
    {
        Description = "The time to record: 2026-11-21T02:20:00Z; now by default.",
        HelpName = "TIME",
    };

    public Option<string?> Source { get; } = new("--source")
    {
        Description = "The name of this job; by default the paths, such as etc+home-ann.",
        HelpName = "NAME",
    };

    public Option<string[]> As { get; } = new("--as")
    {
        Description = "Record a PATH as if it were this one; give it once for each PATH, in order.",
        HelpName = "PATH",
    };

    public Option<bool> DryRun { get; } = new("--dry-run", "-n")
    {
        Description = "Read everything, store nothing, show what would be stored.",
    };

    public Option<bool> Stdin { get; } = new("--stdin")
    {
        Description = "Back up standard input as one file.",
    };

    public Option<string?> StdinName { get; } = new("--stdin-name")
    {
        Description = "The path of that file, or of the output of COMMAND; stdin by default.",
        HelpName = "PATH",
    };

    public Option<bool> Command { get; } = new("--command")
    {
        Description = "Run the words after -- as a command and back up its output as one file.",
    };

    public Option<bool> AllowEmpty { get; } = new("--allow-empty")
    {
        Description = "Make a snapshot also of a stream without any data, which otherwise counts as failed.",
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options =>
    [
        .. Lists.Options, .. Files.Options,
        Tags, Host, Time, Source, As, DryRun, Stdin, Command, StdinName, AllowEmpty,
    ];

    /// <summary>Whether a stream is backed up instead of paths.</summary>
    public bool IsStream(CommandContext context) =>
        context.Parse.GetValue(Stdin) || context.Parse.GetValue(Command);

    /// <summary>Reads all of them.</summary>
    /// <exception cref="UsageException">They make no sense together.</exception>
    public BackupRequest Read(CommandContext context)
    {
        ParseResult parse = context.Parse;
        bool isCommand = parse.GetValue(Command);
        string[] paths = [.. parse.GetValue(Paths) ?? [], .. isCommand ? [] : context.TrailingCommand ?? []];
        CheckKind(context, paths);
        string host = parse.GetValue(Host) ?? context.Environment.HostName();
        string? source = parse.GetValue(Source);
        SourceNames.Require(host, "--host");
        SourceNames.Require(source ?? "none", "--source");
        string[] tags = parse.GetValue(Tags) ?? [];
        foreach (string tag in tags)
        {
            SourceNames.Require(tag, "--tag");
        }

        return new BackupRequest
        {
            From = IsStream(context) ? StreamOf(context) : FilesOf(context, paths),
            Host = host,
            Source = source,
            Time = parse.GetValue(Time) is { } time ? Times.Parse(time, "--time", context.Zone) : null,
            Tags = [.. tags.Distinct()],
            DryRun = parse.GetValue(DryRun),
        };
    }

    private void CheckKind(CommandContext context, string[] paths)
    {
        bool isStdin = context.Parse.GetValue(Stdin);
        bool isCommand = context.Parse.GetValue(Command);
        if (isStdin && isCommand)
        {
            throw new UsageException("--stdin and --command exclude each other; give one of them");
        }

        if (isCommand && context.TrailingCommand is not [{ Length: > 0 }, ..])
        {
            throw new UsageException("--command needs -- and a command after it");
        }

        if ((isStdin || isCommand) && (paths.Length > 0 || Lists.IsGiven(context.Parse)))
        {
            throw new UsageException("a stream is backed up by itself; leave the paths out");
        }

        if (!isStdin && !isCommand && paths.Length == 0 && !Lists.IsGiven(context.Parse))
        {
            throw new UsageException("there is nothing to back up; give a PATH, --stdin or --command");
        }

        if (context.Parse.GetValue(StdinName) is { } name && name.Trim('/', '.').Length == 0)
        {
            throw new UsageException($"--stdin-name takes the path of a file, not '{SafeText.Of(name)}'");
        }

        if (!isStdin && !isCommand && context.Parse.GetValue(StdinName) is not null)
        {
            throw new UsageException("--stdin-name names a stream; give --stdin or --command too");
        }

        if (!isStdin && !isCommand && context.Parse.GetValue(AllowEmpty))
        {
            throw new UsageException("--allow-empty is about a stream; give --stdin or --command too");
        }
    }

    private StreamSource StreamOf(CommandContext context)
    {
        byte[] path = RawPath.Normalize(RawText.ToBytes(context.Parse.GetValue(StdinName) ?? "stdin"), "/"u8);
        bool allowEmpty = context.Parse.GetValue(AllowEmpty);
        return context.Parse.GetValue(Command) && context.TrailingCommand is { } command
            ? StreamSource.OfCommand(path, command, allowEmpty)
            : StreamSource.Of(path, context.Environment.OpenInput, allowEmpty);
    }

    private FileSource FilesOf(CommandContext context, string[] paths)
    {
        ParseResult parse = context.Parse;
        string[] recorded = parse.GetValue(As) ?? [];
        if (recorded.Length > 0 && Lists.IsGiven(parse))
        {
            throw new UsageException("--as is about each PATH of the command line; leave the lists of paths out");
        }

        return Files.Read(context, SourcesOf([.. paths, .. Lists.Read(context)], recorded));
    }

    private static List<BackupSource> SourcesOf(string[] paths, string[] recorded)
    {
        if (recorded.Length > 0 && recorded.Length != paths.Length)
        {
            throw new UsageException("--as is given once for each PATH, or not at all");
        }

        List<BackupSource> sources = [];
        for (int i = 0; i < paths.Length; i++)
        {
            if (paths[i].Length == 0)
            {
                throw new UsageException("a PATH is empty; write . for the current directory");
            }

            (byte[] path, byte[] shown) = NamedPath.Resolve(paths[i]);
            sources.Add(new BackupSource(
                path, recorded.Length == 0 ? shown : RawPath.Normalize(RawText.ToBytes(recorded[i]), "/"u8)));
        }

        return sources;
    }
}
