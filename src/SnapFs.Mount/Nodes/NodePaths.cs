using System.Text;
using SnapFs.Mount.Layouts;
using SnapFs.Trees;

namespace SnapFs.Mount.Nodes;

/// <summary>Finds the path of a node again, for messages.</summary>
internal static class NodePaths
{
    internal static string Of(
        ulong nodeId, VirtualTree layout, SlotTable slots, LinkTable links, ITreePages pages)
    {
        List<string> parts = [];
        for (ulong at = nodeId; ;)
        {
            uint number = NodeIds.SlotOf(at);
            if (number == NodeIds.LayoutSlot)
            {
                parts.Add(layout.Find(at)?.Path ?? $"node {at:x}");
                break;
            }

            DirectorySlot? slot = slots.Find(number);
            LeafTable? directory = slot?.Leaves;
            long ordinal = NodeIds.OrdinalOf(at);
            if (number == NodeIds.LinkSlot && links.Find(at) is { } file)
            {
                directory = file.Directory;
                ordinal = file.Ordinal;
            }

            if (directory is null || ordinal < 0 || ordinal >= directory.Total)
            {
                parts.Add($"node {at:x}");
                break;
            }

            TreePage page = directory.Load(pages, ordinal, out int index);
            parts.Add(Printable(page.NameAt(index)));
            if (slot is null)
            {
                parts.Add("…"); // a file with several names knows its directory's content, not its path
                break;
            }

            at = slot.NodeId;
        }

        parts.Reverse();
        return string.Join('/', parts);
    }

    /// <summary>A raw name on one line of a log, whatever it holds.</summary>
    private static string Printable(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        return string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
    }
}
