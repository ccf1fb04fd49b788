using SnapFs.Cli.Output;
using SnapFs.Files.Excludes;

namespace SnapFs.Cli.Commands;

/// <summary>Reads patterns of the command line. One that can never match, or matches more than it says, is mostly a
/// mistake, and the wrong files go with it: it is an error, in a file a warning.</summary>
/// <param name="output">Where warnings go.</param>
internal sealed class PatternFlags(CommandOutput output)
{
    /// <summary>Reads the patterns of an option.</summary>
    /// <exception cref="UsageException">A pattern can never match, or matches more than it says.</exception>
    public static PatternSet Read(IReadOnlyList<string>? patterns, string option)
    {
        Check(patterns, option);
        return PatternSet.FromPatterns(patterns ?? []);
    }

    /// <summary>Adds the patterns of an option in which letters of either case are the same.</summary>
    /// <exception cref="UsageException">A pattern can never match, matches more than it says, or there are too many ways to write
    /// it.</exception>
    public static PatternSet AddIgnoringCase(PatternSet set, IReadOnlyList<string>? patterns, string option)
    {
        Check(patterns, option);
        foreach (string pattern in patterns ?? [])
        {
            set = set.AddIgnoringCase(pattern) ?? throw new UsageException(
                $"{option} '{SafeText.Of(pattern)}' has too many letters outside of ASCII; put * in the place of some");
        }

        return set;
    }

    /// <summary>Adds the patterns of files.</summary>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public PatternSet AddFiles(PatternSet set, IReadOnlyList<string>? files, string option)
    {
        foreach (string file in files ?? [])
        {
            byte[] content = OptionFile.Read(file, option);
            WarnOf(content, $"{option} {SafeText.Of(file)}");
            set = set.AddFile(content);
        }

        return set;
    }

    private static void Check(IReadOnlyList<string>? patterns, string option)
    {
        foreach (string pattern in patterns ?? [])
        {
            if (FaultOf(RawText.ToBytes(pattern)) is { } fault)
            {
                throw new UsageException($"{option} '{SafeText.Of(pattern)}' {fault}");
            }
        }
    }

    private static string? FaultOf(ReadOnlySpan<byte> pattern) =>
        PatternSet.WhyNever(pattern) is { } why ? $"matches nothing: {why}"
        : PatternSet.SetOfBytes(pattern) is { } set
            ? $"matches more than it says: a set holds single bytes, and in {SafeText.Of(set)} a character is several; "
                + "write a pattern for each character"
        : null;

    private void WarnOf(byte[] content, string place)
    {
        int number = 0;
        foreach (Range range in content.AsSpan().Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content.AsSpan()[range].TrimEnd("\r "u8);
            number++;
            if (!line.IsEmpty && line[0] != (byte)'#' && FaultOf(line) is { } fault)
            {
                output.Warning($"{place}, line {number}: '{SafeText.Of(line)}' {fault}");
            }
        }
    }
}
