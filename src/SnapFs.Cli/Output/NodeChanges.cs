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
    public static IEnumerable<(string Name, string Text)> Of(BrowsedNode left, BrowsedNode right)
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

        if (NodeText.Owner(in left) is var owner && NodeText.Owner(in right) is var ownerNow && owner != ownerNow)
        {
            yield return ("owner", $"owner {owner} -> {ownerNow}");
        }
        else if (left.View.UserId != right.View.UserId)
        {
            yield return ("owner", Numbers("owner", left.View.UserId, right.View.UserId));
        }

        if (NodeText.Group(in left) is var group && NodeText.Group(in right) is var groupNow && group != groupNow)
        {
            yield return ("group", $"group {group} -> {groupNow}");
        }
        else if (left.View.GroupId != right.View.GroupId)
        {
            yield return ("group", Numbers("group", left.View.GroupId, right.View.GroupId));
        }

        if (left.View.Modified != right.View.Modified)
        {
            yield return ("modified", $"modified {Units.Time(left.View.Modified)} -> {Units.Time(right.View.Modified)}");
        }

        if (!left.View.Xattrs.SequenceEqual(right.View.Xattrs))
        {
            yield return ("attributes", "attributes");
        }
    }

    private static string Grown(long bytes) => (bytes < 0 ? "-" : "+") + Units.Bytes(Math.Abs(bytes));

    private static string Numbers(string what, uint before, uint after) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {before} -> {after}");
}
