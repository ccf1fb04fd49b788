using System.Text.Json;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary>Shows differences as they are found, and their numbers at the end.</summary>
internal sealed class DifferenceView(CommandOutput output)
{
    private readonly Dictionary<Difference, long> _counts = [];

    /// <summary>Shows one.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="path">Where, raw.</param>
    /// <param name="left">What was there; null if nothing was.</param>
    /// <param name="right">What is there now; null if nothing is.</param>
    public void Show(Difference difference, ReadOnlySpan<byte> path, in BrowsedNode? left, in BrowsedNode? right)
    {
        _counts[difference] = Of(difference) + 1;
        (string Name, string Text)[] changes = left is { } before && right is { } after
            ?
            [
                .. NodeChanges.Of(before, after, output.Zone)
                    .Where(change => difference == Difference.Metadata || change.Name != "modified"),
            ]
            : [];
        if (!output.IsJson)
        {
            string how = changes.Length == 0 ? "" : $"  ({string.Join(", ", changes.Select(change => change.Text))})";
            output.Line($"{(char)difference} {SafeText.Of(path)}{how}");
            return;
        }

        byte[] copy = path.ToArray();
        (long? size, long? sizeNow) = (SizeOf(in left), SizeOf(in right));
        output.Json("difference", json =>
        {
            json.WriteString("change", Word(difference));
            JsonFields.Raw(json, "path", copy);
            WriteSize(json, "sizeBefore", size);
            WriteSize(json, "size", sizeNow);
            json.WriteStartArray("changed");
            foreach ((string name, _) in changes)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
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

    private static long? SizeOf(in BrowsedNode? node) =>
        node is { View: { Type: NodeType.File } view } ? view.Size : null;

    private static void WriteSize(Utf8JsonWriter json, string name, long? size)
    {
        if (size is { } bytes)
        {
            json.WriteNumber(name, bytes);
        }
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
