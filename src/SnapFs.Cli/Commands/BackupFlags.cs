using System.CommandLine;
using SnapFs.Jobs.Backups;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;

namespace SnapFs.Cli.Commands;

/// <summary>The arguments and options of <c>snapfs backup</c>.</summary>
internal sealed class BackupFlags
{
    public Argument<string[]> Paths { get; } = new("path")
    {
        HelpName = "PATH",
        Description = "What to back up; a symlink is backed up as one, and LINK/ as what it leads to.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string[]> Exclude { get; } = new("--exclude", "-e")
    {
        Description = "Leave out what matches this gitignore pattern; may be given more than once.",
        HelpName = "PATTERN",
    };

    public Option<string[]> ExcludeFile { get; } = new("--exclude-file")
    {
        Description = "Leave out what matches the patterns in this file, in gitignore syntax.",
        HelpName = "FILE",
    };

    public Option<bool> ExcludeCaches { get; } = new("--exclude-caches")
    {
        Description = "Leave out what is in directories with a CACHEDIR.TAG.",
    };

    public Option<bool> OneFileSystem { get; } = new("--one-file-system", "-x")
    {
        Description = "Leave out what is mounted below the paths, and btrfs subvolumes.",
    };

    public Option<bool> IgnoreInode { get; } = new("--ignore-inode")
    {
        Description = "Do not read a file again because its inode number is another one, as after some network mounts.",
    };

    public Option<bool> IgnoreChangeTime { get; } = new("--ignore-ctime")
    {
        Description = "Do not read a file again because its ctime is another one; attributes are read again.",
    };

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

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options =>
    [
        Exclude, ExcludeFile, ExcludeCaches, OneFileSystem, IgnoreInode, IgnoreChangeTime,
        Tags, Host, Time, Source, As, DryRun, Stdin, StdinName,
    ];

    /// <summary>Whether a stream is backed up instead of paths.</summary>
    public bool IsStream(CommandContext context) =>
        context.Parse.GetValue(Stdin) || context.TrailingCommand is not null;

    /// <summary>Reads all of them.</summary>
    /// <exception cref="UsageException">They make no sense together.</exception>
    public BackupRequest Read(CommandContext context)
    {
        ParseResult parse = context.Parse;
        string[] paths = parse.GetValue(Paths) ?? [];
        CheckKind(context, paths);
        string host = parse.GetValue(Host) ?? context.Environment.HostName();
        string? source = parse.GetValue(Source);
        CheckName(host, "--host");
        CheckName(source ?? "none", "--source");
        string[] tags = parse.GetValue(Tags) ?? [];
        foreach (string tag in tags)
        {
            CheckName(tag, "--tag");
        }

        return new BackupRequest
        {
            From = IsStream(context) ? StreamOf(context) : FilesOf(parse, paths),
            Host = host,
            Source = source,
            Time = parse.GetValue(Time) is { } time ? Times.Parse(time, "--time") : null,
            Tags = [.. tags.Distinct()],
            DryRun = parse.GetValue(DryRun),
        };
    }

    private void CheckKind(CommandContext context, string[] paths)
    {
        bool isStdin = context.Parse.GetValue(Stdin);
        bool isCommand = context.TrailingCommand is not null;
        if (isStdin && isCommand)
        {
            throw new UsageException("--stdin and -- COMMAND exclude each other; give one of them");
        }

        if (context.TrailingCommand is { Count: 0 })
        {
            throw new UsageException("-- needs a command after it");
        }

        if ((isStdin || isCommand) && paths.Length > 0)
        {
            throw new UsageException("a stream is backed up by itself; leave the paths out");
        }

        if (!isStdin && !isCommand && paths.Length == 0)
        {
            throw new UsageException("there is nothing to back up; give a PATH, --stdin or -- COMMAND");
        }

        if (context.Parse.GetValue(StdinName) is { } name && name.Trim('/', '.').Length == 0)
        {
            throw new UsageException($"--stdin-name takes the path of a file, not '{SafeText.Of(name)}'");
        }

        if (!isStdin && !isCommand && context.Parse.GetValue(StdinName) is not null)
        {
            throw new UsageException("--stdin-name names a stream; give --stdin or -- COMMAND too");
        }
    }

    private StreamSource StreamOf(CommandContext context)
    {
        byte[] path = RawPath.Normalize(RawText.ToBytes(context.Parse.GetValue(StdinName) ?? "stdin"), "/"u8);
        return context.TrailingCommand is { } command
            ? StreamSource.OfCommand(path, command)
            : StreamSource.Of(path, context.Environment.OpenInput);
    }

    private FileSource FilesOf(ParseResult parse, string[] paths) => new()
    {
        Sources = SourcesOf(paths, parse.GetValue(As) ?? []),
        Excludes = Patterns(parse),
        ExcludeCaches = parse.GetValue(ExcludeCaches),
        OneFileSystem = parse.GetValue(OneFileSystem),
    };

    private static void CheckName(string name, string option)
    {
        if (!SourceNames.IsValid(name))
        {
            throw new UsageException(
                $"{option} takes up to 255 bytes without / and control characters, not '{SafeText.Of(name)}'");
        }
    }

    private static List<BackupSource> SourcesOf(string[] paths, string[] recorded)
    {
        if (recorded.Length > 0 && recorded.Length != paths.Length)
        {
            throw new UsageException("--as is given once for each PATH, or not at all");
        }

        byte[] current = RawText.ToBytes(Environment.CurrentDirectory);
        List<BackupSource> sources = [];
        for (int i = 0; i < paths.Length; i++)
        {
            if (paths[i].Length == 0)
            {
                throw new UsageException("a PATH is empty; write . for the current directory");
            }

            byte[]? shown = recorded.Length == 0 ? null : RawText.ToBytes(recorded[i]);
            sources.Add(BackupSource.FromBytes(RawText.ToBytes(paths[i]), shown, current));
        }

        return sources;
    }

    private PatternSet Patterns(ParseResult parse)
    {
        PatternSet patterns = PatternSet.FromPatterns(parse.GetValue(Exclude) ?? []);
        foreach (string file in parse.GetValue(ExcludeFile) ?? [])
        {
            try
            {
                patterns = patterns.AddFile(File.ReadAllBytes(RawPaths.RequireText(file)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"--exclude-file {SafeText.Of(file)} cannot be read: {e.Message.TrimEnd('.')}");
            }
        }

        return patterns;
    }
}
