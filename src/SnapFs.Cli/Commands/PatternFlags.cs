using SnapFs.Cli.Output;
using SnapFs.Files.Excludes;

namespace SnapFs.Cli.Commands;

/// <summary>Reads patterns of the command line. One that can never match is mostly a mistake, and the wrong files go with it:
/// it is an error, in a file a warning.</summary>
/// <param name="output">Where warnings go.</param>
internal sealed class PatternFlags(CommandOutput output)
{
    /// <summary>Reads the patterns of an option and of files, in this order.</summary>
    /// <exception cref="UsageException">A pattern can never match, or a file cannot be read.</exception>
    public PatternSet Read(
        IReadOnlyList<string>? patterns, string option, IReadOnlyList<string>? files = null, string fileOption = "")
    {
        foreach (string pattern in patterns ?? [])
        {
            if (PatternSet.WhyNever(RawText.ToBytes(pattern)) is { } why)
            {
                throw new UsageException($"{option} '{SafeText.Of(pattern)}' matches nothing: {why}");
            }
        }

        PatternSet set = PatternSet.FromPatterns(patterns ?? []);
        foreach (string file in files ?? [])
        {
            byte[] content = OptionFile.Read(file, fileOption);
            WarnOf(content, $"{fileOption} {SafeText.Of(file)}");
            set = set.AddFile(content);
        }

        return set;
    }

    private void WarnOf(byte[] content, string place)
    {
        int number = 0;
        foreach (Range range in content.AsSpan().Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content.AsSpan()[range].TrimEnd("\r "u8);
            number++;
            if (!line.IsEmpty && line[0] != (byte)'#' && PatternSet.WhyNever(line) is { } why)
            {
                output.Warning($"{place}, line {number}: '{SafeText.Of(line)}' matches nothing: {why}");
            }
        }
    }
}
