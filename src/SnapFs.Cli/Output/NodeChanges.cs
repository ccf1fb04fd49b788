using System.Globalization;
using SnapFs.Jobs.Browsing;
using SnapFs.Trees;

namespace SnapFs.Cli.Output;

/// <summary>What of a node is another, and by how much.</summary>
internal static class NodeChanges
{
    /// <summary>Each as its name in JSON and as text: <c>mode</c>, <c>mode 0644 -> 0600</c>.</summary>
    /// <param name="left">Before.</param>
    /// <param name="right">After.</param>
    /// <param name="zone">Where times are shown.</param>
    public static IEnumerable<(string Name, string Text)> Of(BrowsedNode left, BrowsedNode right, TimeZoneInfo zone)
    {
        (NodeType type, NodeType typeNow) = (left.View.Type, right.View.Type);
        if (type != typeNow)
        {
            yield return ("kind", $"{NodeText.KindOf(type)} -> {NodeText.KindOf(typeNow)}");
        }
        else if (type == NodeType.File && left.View.Size != right.View.Size)
        {
            yield return ("size", Grown(right.View.Size - left.View.Size));
        }
        else if (type == NodeType.Symlink && !left.View.Target.SequenceEqual(right.View.Target))
        {
            yield return ("target", $"{SafeText.Of(left.View.Target)} -> {SafeText.Of(right.View.Target)}");
        }

        if (left.View.Mode != right.View.Mode)
        {
            yield return ("mode", $"mode {NodeText.Octal(left.View.Mode)} -> {NodeText.Octal(right.View.Mode)}");
        }

        if (Renamed("owner", NodeText.Owner(in left), NodeText.Owner(in right), left.View.UserId, right.View.UserId) is { } owner)
        {
            yield return ("owner", owner);
        }

        if (Renamed("group", NodeText.Group(in left), NodeText.Group(in right), left.View.GroupId, right.View.GroupId) is { } group)
        {
            yield return ("group", group);
        }

        if (left.View.Modified != right.View.Modified)
        {
            string before = Units.Time(left.View.Modified, zone);
            yield return ("modified", $"modified {before} -> {Units.Time(right.View.Modified, zone)}");
        }

        if (!left.View.Xattrs.SequenceEqual(right.View.Xattrs))
        {
            yield return ("attributes", "attributes");
        }
    }

    private static string Grown(long bytes) => (bytes < 0 ? "-" : "+") + Units.Bytes(Math.Abs(bytes));

    /// <summary>By name, or by number where only that is another; null if neither is.</summary>
    private static string? Renamed(string what, string before, string after, uint id, uint idNow) =>
        before != after ? $"{what} {before} -> {after}"
        : id != idNow ? string.Create(CultureInfo.InvariantCulture, $"{what} {id} -> {idNow}")
        : null;
}
