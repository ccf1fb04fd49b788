using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.References;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Says in what two copies of one dump differ.</summary>
internal static class OtherCopyView
{
    private const int MostPaths = 10;

    /// <summary>Warns of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="browser">The repository.</param>
    /// <param name="copy">What was taken in.</param>
    /// <param name="other">What was there before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static void Show(
        CommandOutput output, SnapshotBrowser browser, SnapshotHead copy, SnapshotHead other, CancellationToken cancellationToken)
    {
        List<string> paths = [];
        bool isReadable = true;
        try
        {
            TreeComparison comparison = new(browser.Pages, (_, path, in _, in _) => paths.Add(SafeText.Of(path)), cancellationToken);
            comparison.Compare(browser.Find(other, VolumeArguments.Files), browser.Find(copy, VolumeArguments.Files), []);
        }
        catch (SnapFsException e) when (e.Kind == ErrorKind.Damaged)
        {
            output.Warning(e.Message); // of a copy that cannot be read, nothing more can be said
        }
        catch (SnapFsException e) when (e.Kind == ErrorKind.WrongKey)
        {
            isReadable = false;
        }

        string[] shown = [.. paths.Take(output.IsVerbose ? int.MaxValue : MostPaths)];
        string what = !isReadable ? "in what this key cannot read" : paths.Count == 0
            ? "in nothing that is below files"
            : $"in {string.Join(", ", shown)}{(paths.Count > shown.Length ? $" and {paths.Count - shown.Length} more" : "")}";
        output.Warning(
            $"this copy of the dump of {SafeText.Of(copy.Volume?.Name ?? "")} of {Units.Time(copy.Started)} differs from "
            + $"snapshot {SnapshotNames.ShortId(other)} {what}: one of them is damaged; both are kept, and this one counts. "
            + "Increments on the other "
            + $"one have to be taken in again; 'snapfs volume discard --copy ID' removes one of the two");
    }
}
