using System.Globalization;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.References;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary>Shows the versions of paths.</summary>
internal sealed class VersionView(CommandOutput output)
{
    private const int OwnerWidth = 8;

    /// <summary>Paths shown so far.</summary>
    public long Paths { get; private set; }

    /// <summary>Versions shown so far.</summary>
    public long Versions { get; private set; }

    /// <summary>Shows those of one path.</summary>
    /// <param name="job">A snapshot of the host and source that they are of.</param>
    /// <param name="found">The versions.</param>
    public void Show(SnapshotHead job, PathVersions found)
    {
        Paths++;
        Versions += found.Versions.Count;
        if (output.IsJson)
        {
            ShowJson(job, found);
            return;
        }

        output.Line($"{SafeText.Of(job.Host)}:{SafeText.Of(job.Source)}{SnapshotReference.EndFor(found.Path)}");
        foreach (PathVersion version in found.Versions)
        {
            output.Line("  " + Row(version));
        }

        if (found.GoneSince is { } gone)
        {
            output.Line($"  gone since {Units.Time(gone.Started, output.Zone)}");
        }
    }

    /// <summary>Shows how many there were.</summary>
    /// <param name="snapshots">In how many snapshots was looked.</param>
    public void End(int snapshots) => output.Summary(
        $"{Units.Count(Versions, "version")} of {Units.Count(Paths, "path")} in {Units.Count(snapshots, "snapshot")}");

    /// <summary>As wide as a terminal of 80 columns.</summary>
    private string Row(PathVersion version)
    {
        BrowsedNode node = version.Node;
        NodeView view = node.View;
        string size = view.Type == NodeType.File ? Units.Bytes(view.Size) : NodeText.KindOf(view.Type);
        string what = $"{SnapshotNames.ShortId(version.Last)}  {Units.Time(view.Modified, output.Zone)}  {size,9}  ";
        string owner = NodeText.Owner(in node);
        return output.IsVerbose
            ? $"{what}{NodeText.Permissions(in view)} {owner}  in {Units.Count(version.Snapshots, "snapshot")}, "
                + $"{Units.Time(version.First.Started, output.Zone)} to {Units.Time(version.Last.Started, output.Zone)}"
            : $"{what}{owner.PadRight(OwnerWidth)}  {Day(version.First)} {Day(version.Last)}";
    }

    private string Day(SnapshotHead snapshot) =>
        TimeZoneInfo.ConvertTime(snapshot.Started.ToDateTimeOffset(), output.Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void ShowJson(SnapshotHead job, PathVersions found)
    {
        foreach (PathVersion version in found.Versions)
        {
            output.Json("fileVersion", json =>
            {
                json.WriteString("host", job.Host);
                json.WriteString("source", job.Source);
                BrowsedNode node = version.Node;
                JsonFields.Node(json, found.Path, in node);
                json.WriteString("first", version.First.Id.ToString());
                json.WriteString("firstStarted", Units.ExactTime(version.First.Started));
                json.WriteString("last", version.Last.Id.ToString());
                json.WriteString("lastStarted", Units.ExactTime(version.Last.Started));
                json.WriteNumber("snapshots", version.Snapshots);
            });
        }

        if (found.GoneSince is { } gone)
        {
            output.Json("gone", json =>
            {
                json.WriteString("host", job.Host);
                json.WriteString("source", job.Source);
                JsonFields.Raw(json, "path", found.Path);
                json.WriteString("since", gone.Id.ToString());
                json.WriteString("sinceStarted", Units.ExactTime(gone.Started));
            });
        }
    }
}
