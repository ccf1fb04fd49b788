using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;

namespace SnapFs.Cli.Commands;

/// <summary>Shows differences as they are found, and their numbers at the end.</summary>
internal sealed class DifferenceView(CommandOutput output)
{
    private readonly Dictionary<Difference, long> _counts = [];

    /// <summary>Shows one.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="path">Where, raw.</param>
    public void Show(Difference difference, ReadOnlySpan<byte> path)
    {
        _counts[difference] = Of(difference) + 1;
        if (!output.IsJson)
        {
            output.Line($"{(char)difference} {SafeText.Of(path)}");
            return;
        }

        byte[] copy = path.ToArray();
        output.Json("difference", json =>
        {
            json.WriteString("change", Word(difference));
            JsonFields.Raw(json, "path", copy);
        });
    }

    /// <summary>Shows the numbers.</summary>
    /// <returns>What a command that compares exits with.</returns>
    public ExitCode End()
    {
        if (output.IsJson)
        {
            output.Json("diffSummary", json =>
            {
                foreach (Difference difference in Enum.GetValues<Difference>())
                {
                    json.WriteNumber(Word(difference), Of(difference));
                }
            });
        }

        long metadata = Of(Difference.Metadata) + Of(Difference.AccessList);
        output.Summary($"{Units.Count(Of(Difference.Added))} added, {Units.Count(Of(Difference.Removed))} removed, "
            + $"{Units.Count(Of(Difference.Content) + Of(Difference.Type))} changed, "
            + $"{Units.Count(metadata)} with other metadata only");
        return _counts.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Word(Difference difference) => difference switch
    {
        Difference.Added => "added",
        Difference.Removed => "removed",
        Difference.Type => "kind",
        Difference.Content => "content",
        Difference.AccessList => "accessList",
        _ => "metadata",
    };

    private long Of(Difference difference) => _counts.GetValueOrDefault(difference);
}
