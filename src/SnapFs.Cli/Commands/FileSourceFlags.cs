using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Jobs.Backups;

namespace SnapFs.Cli.Commands;

/// <summary>The options of <c>snapfs backup</c> that say which files are left out, and which are read again.</summary>
internal sealed class FileSourceFlags
{
    private Option<string[]> Exclude { get; } = new("--exclude", "-e")
    {
        Description = "Leave out what matches this gitignore pattern; with a slash in it, it is relative to each PATH or begins "
            + "with one; may be given more than once.",
        HelpName = "PATTERN",
    };

    private Option<string[]> ExcludeIgnoringCase { get; } = new("--iexclude")
    {
        Description = "As --exclude, without regard to upper and lower case.",
        HelpName = "PATTERN",
    };

    private Option<string[]> ExcludeFile { get; } = new("--exclude-file")
    {
        Description = "Leave out what matches the patterns in this file, as of --exclude.",
        HelpName = "FILE",
    };

    private Option<bool> ExcludeCaches { get; } = new("--exclude-caches")
    {
        Description = "Leave out what is in directories with a CACHEDIR.TAG.",
    };

    private Option<string[]> ExcludeIfPresent { get; } = new("--exclude-if-present")
    {
        Description = "Leave out what is in directories that have an entry of this name, or a file of this name that begins with HEADER; "
            + "may be given more than once.",
        HelpName = "NAME[:HEADER]",
    };

    private Option<string?> ExcludeLargerThan { get; } = new("--exclude-larger-than")
    {
        Description = "Leave out files of more than this size, such as 100M or 2G.",
        HelpName = "SIZE",
    };

    private Option<bool> OneFileSystem { get; } = new("--one-file-system", "-x")
    {
        Description = "Leave out what is mounted below the paths, and btrfs subvolumes.",
    };

    private Option<bool> IgnoreInode { get; } = new("--ignore-inode")
    {
        Description = "Do not read a file again because its inode number is another one, as after some network mounts.",
    };

    private Option<bool> IgnoreChangeTime { get; } = new("--ignore-ctime")
    {
        Description = "Do not read a file again because its ctime is another one; attributes are read again.",
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options =>
    [
        Exclude, ExcludeIgnoringCase, ExcludeFile, ExcludeCaches, ExcludeIfPresent, ExcludeLargerThan, OneFileSystem,
        IgnoreInode, IgnoreChangeTime,
    ];

    /// <summary>Reads all of them.</summary>
    /// <param name="context">The command line.</param>
    /// <param name="sources">What is backed up.</param>
    /// <exception cref="UsageException">A value makes no sense, or a file cannot be read.</exception>
    public FileSource Read(CommandContext context, IReadOnlyList<BackupSource> sources)
    {
        ParseResult parse = context.Parse;
        PatternSet patterns = PatternFlags.Read(parse.GetValue(Exclude), Exclude.Name);
        patterns = PatternFlags.AddIgnoringCase(patterns, parse.GetValue(ExcludeIgnoringCase), ExcludeIgnoringCase.Name);
        patterns = new PatternFlags(context.Output).AddFiles(patterns, parse.GetValue(ExcludeFile), ExcludeFile.Name);
        return new FileSource(sources, patterns)
        {
            ExcludeCaches = parse.GetValue(ExcludeCaches),
            ExcludeIfPresent = [.. (parse.GetValue(ExcludeIfPresent) ?? []).Select(TagOf)],
            MaxFileSize = SizeOf(parse.GetValue(ExcludeLargerThan)),
            OneFileSystem = parse.GetValue(OneFileSystem),
            IgnoreInode = parse.GetValue(IgnoreInode),
            IgnoreChangeTime = parse.GetValue(IgnoreChangeTime),
        };
    }

    private DirectoryTag TagOf(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        if (name is "" or "." or ".." || name.Contains('/', StringComparison.Ordinal))
        {
            throw new UsageException($"{ExcludeIfPresent.Name} takes the name of an entry, not '{SafeText.Of(text)}'");
        }

        return new DirectoryTag(RawText.ToBytes(name), RawText.ToBytes(colon < 0 ? "" : text[(colon + 1)..]));
    }

    private long SizeOf(string? text)
    {
        if (text is null)
        {
            return long.MaxValue;
        }

        return Units.TryParseBytes(text, out long bytes)
            ? bytes
            : throw new UsageException($"{ExcludeLargerThan.Name} takes a size such as 100M, not '{SafeText.Of(text)}'");
    }
}
