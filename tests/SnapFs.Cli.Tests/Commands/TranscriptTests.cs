using System.Text;
using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>
/// Runs the files of <c>transcripts/</c>: a line that begins with <c>$ snapfs</c> is run, <c>$ write FILE TEXT</c> makes a file;
/// what follows up to the next such line is what both streams must hold, then <c>? N</c> for an exit code other than 0.
/// What differs from run to run is replaced by a word in capitals.
/// </summary>
public sealed partial class TranscriptTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "transcripts");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_program_behaves_as_in_the_transcript(string name)
    {
        using TestRepository repository = new();
        string expected = await File.ReadAllTextAsync(Path.Combine(Folder, name + ".txt"));
        StringBuilder actual = new();
        foreach (string line in expected.Split('\n'))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                actual.Append(line).Append('\n');
                await RunAsync(repository, Split(line[2..]), actual);
            }
            else if (line.StartsWith('#'))
            {
                actual.Append(line).Append('\n');
            }
        }

        Assert.Equal(expected.TrimEnd('\n'), actual.ToString().TrimEnd('\n'), ignoreLineEndingDifferences: true);
    }

    private static async Task RunAsync(TestRepository repository, List<string> words, StringBuilder actual)
    {
        words = [.. words.Select(word => word.Replace("DIR", repository.Directory, StringComparison.Ordinal))];
        switch (words[0])
        {
            case "write":
                repository.Write(words[1], words[2]);
                break;
            case "remove":
                File.Delete(repository[words[1]]);
                break;
            case "set":
                repository.Cli.Variables[words[1]] = words[2];
                break;
            case "show":
                actual.Append(await File.ReadAllTextAsync(repository[words[1]])).Append('\n');
                break;
            case "snapfs":
                ExitCode code = await repository.Cli.RunAsync([.. words.Skip(1)]);
                string output = Mask(repository, repository.Cli.Output);
                actual.Append(output).Append(output.Length == 0 || output.EndsWith('\n') ? "" : "\n");
                actual.Append(Mask(repository, repository.Cli.Error));
                if (code != ExitCode.Success)
                {
                    actual.Append("? ").Append((int)code).Append('\n');
                }

                break;
            default:
                throw new InvalidOperationException($"a transcript cannot {words[0]}");
        }
    }

    private static string Mask(TestRepository repository, string text)
    {
        text = text.Replace(repository.Directory, "DIR", StringComparison.Ordinal);
        text = LongId().Replace(text, "LONGID");
        text = ShortId().Replace(text, "SHORTID");
        text = Time().Replace(text, "TIME");
        text = Stored().Replace(text, "added SIZE (SIZE stored)");
        return Elapsed().Replace(text, " in ELAPSED");
    }

    private static List<string> Split(string line) =>
        [.. Word().Matches(line).Select(match => match.Value.Trim('\''))];

    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();

    [GeneratedRegex("\\b[0-9a-f]{64}\\b")]
    private static partial Regex LongId();

    [GeneratedRegex("\\b[0-9a-f]{12}\\b")]
    private static partial Regex ShortId();

    [GeneratedRegex("\\b20\\d\\d-\\d\\d-\\d\\dT\\d\\d[:-]\\d\\d[:-]\\d\\dZ")]
    private static partial Regex Time();

    [GeneratedRegex("added [0-9.]+ [KM]?i?B \\([0-9.]+ [KM]?i?B stored\\)")]
    private static partial Regex Stored();

    [GeneratedRegex(" in [0-9.]+ s\\b")]
    private static partial Regex Elapsed();
}
