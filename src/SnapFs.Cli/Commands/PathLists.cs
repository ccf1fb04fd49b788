using System.CommandLine;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands;

/// <summary>The options that take paths to back up from files.</summary>
internal sealed class PathLists
{
    private const string StandardInput = "-";

    private Option<string[]> FilesFrom { get; } = new("--files-from")
    {
        Description = "Back up the paths in this file too, one a line, as they are; blank lines and lines that begin with # are passed "
            + "over; - is standard input.",
        HelpName = "FILE",
    };

    private Option<string[]> FilesFromRaw { get; } = new("--files-from-raw")
    {
        Description = "The same with a NUL byte after each path and nothing passed over, as find -print0 writes it.",
        HelpName = "FILE",
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options => [FilesFrom, FilesFromRaw];

    /// <summary>Whether any is given.</summary>
    public bool IsGiven(ParseResult parse) =>
        parse.GetValue(FilesFrom) is { Length: > 0 } || parse.GetValue(FilesFromRaw) is { Length: > 0 };

    /// <summary>Reads the paths of all lists.</summary>
    /// <exception cref="UsageException">A list cannot be read, or is not what it should be.</exception>
    public IReadOnlyList<string> Read(CommandContext context)
    {
        string[] lists = context.Parse.GetValue(FilesFrom) ?? [];
        string[] rawLists = context.Parse.GetValue(FilesFromRaw) ?? [];
        if (lists.Concat(rawLists).Count(list => list == StandardInput) > 1)
        {
            throw new UsageException($"standard input can be read once; give one {FilesFrom.Name} {StandardInput}");
        }

        List<string> paths = [];
        foreach (string list in lists)
        {
            paths.AddRange(Lines(Content(context, list, FilesFrom.Name), $"{FilesFrom.Name} {SafeText.Of(list)}"));
        }

        foreach (string list in rawLists)
        {
            paths.AddRange(Raw(Content(context, list, FilesFromRaw.Name), $"{FilesFromRaw.Name} {SafeText.Of(list)}"));
        }

        return paths;
    }

    private static byte[] Content(CommandContext context, string list, string option)
    {
        if (list != StandardInput)
        {
            return OptionFile.Read(list, option);
        }

        using Stream input = context.Environment.OpenInput();
        return OptionFile.ReadToEnd(input, $"{option} {StandardInput}");
    }

    private List<string> Lines(byte[] content, string place)
    {
        if (content.AsSpan().Contains((byte)0))
        {
            throw new UsageException($"{place} has NUL bytes in it; give {FilesFromRaw.Name} if they end its paths");
        }

        List<string> paths = [];
        ReadOnlySpan<byte> rest = content;
        rest = rest.StartsWith("\ufeff"u8) ? rest[3..] : rest;
        foreach (Range range in rest.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = rest[range];
            line = line.EndsWith("\r"u8) ? line[..^1] : line;
            if (!line.StartsWith("#"u8) && !line.Trim(" \t"u8).IsEmpty)
            {
                paths.Add(RawText.FromBytes(line));
            }
        }

        return paths;
    }

    private static List<string> Raw(byte[] content, string place)
    {
        if (content.Length == 0)
        {
            return [];
        }

        if (content[^1] != 0)
        {
            throw new UsageException($"{place} does not end with a NUL byte; is it cut off?");
        }

        List<string> paths = [];
        ReadOnlySpan<byte> rest = content.AsSpan(0, content.Length - 1);
        foreach (Range range in rest.Split((byte)0))
        {
            paths.Add(RawText.FromBytes(rest[range])); // an empty one is refused as an empty PATH is
        }

        return paths;
    }
}
