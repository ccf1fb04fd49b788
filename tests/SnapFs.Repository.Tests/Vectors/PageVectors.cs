using System.Globalization;
using System.Text;
using SnapFs.Chunks;
using SnapFs.Trees;
using static SnapFs.Repository.Tests.Vectors.VectorDecoder;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with pages and nodes.</summary>
internal static class PageVectors
{
    internal static Dictionary<string, string> Page(TreePage page)
    {
        Dictionary<string, string> fields = new() { ["level"] = Show(page.Level) };
        for (int i = 0; i < page.Count; i++)
        {
            if (page.Level > 0)
            {
                ChunkRef child = page.Child(i, out long entries);
                fields[$"child-{i + 1}"] = $"{Hex(page.NameAt(i))} {child.Id} {child.Length} {entries}";
                continue;
            }

            NodeView node = page.Node(i);
            Node(fields, Show(i + 1), in node, page);
        }

        return fields;
    }

    /// <summary>Adds the lines of a node.</summary>
    /// <param name="fields">Takes them.</param>
    /// <param name="label">What they begin with.</param>
    /// <param name="node">The node.</param>
    /// <param name="page">Knows its owners; null if there is none.</param>
    internal static void Node(Dictionary<string, string> fields, string label, in NodeView node, TreePage? page)
    {
        StringBuilder line = new();
        CultureInfo culture = CultureInfo.InvariantCulture;
        line.Append(culture, $"{Hex(node.Name)} {(int)node.Type} {node.Mode} ");
        line.Append(culture, $"{node.UserId}={Owner(page is null ? default : page.UserName(node.UserId))} ");
        line.Append(culture, $"{node.GroupId}={Owner(page is null ? default : page.GroupName(node.GroupId))} ");
        line.Append(culture, $"{Time(node.Modified)} {Time(node.Changed)} {(node.HasBirth ? Time(node.Birth) : "-")} ");
        line.Append(culture, $"{node.Inode} {node.Device} {node.LinkCount}");
        fields[label + "-node"] = line.ToString();
        switch (node.Type)
        {
            case NodeType.File:
                fields[label + "-file"] = File(in node);
                break;
            case NodeType.Directory:
                fields[label + "-directory"] =
                    $"{node.Tree.Id} {node.Tree.Length} {node.SubtreeEntries} {node.SubtreeBytes}";
                break;
            case NodeType.Symlink:
                fields[label + "-value"] = Hex(node.Target);
                break;
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                fields[label + "-value"] = Show(node.DeviceNumber);
                break;
            default:
                break;
        }

        if (!node.Xattrs.IsEmpty)
        {
            fields[label + "-attributes"] = Xattrs(in node);
        }

        if (AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs))
        {
            fields[label + "-afs"] =
                $"{afs.Vnode} {afs.Uniq} {afs.Type} {afs.Fields} {afs.Links} {afs.DataVersion} {afs.Author} {afs.Owner} "
                + $"{afs.Group} {afs.Mode} {afs.Parent} {afs.ServerModified}";
            if (node.Type == NodeType.Directory)
            {
                string content = afs.DirectoryContent.IsEmpty ? "-" : Chunks(afs.DirectoryContent);
                fields[label + "-afs-directory"] = $"{Hex(afs.AccessList)} {afs.DirectoryLength} {content}";
            }
        }
    }

    private static string File(in NodeView node)
    {
        string places = "dense";
        if (!node.Extents.IsEmpty)
        {
            List<string> extents = [];
            ExtentReader reader = new(node.Extents, node.Size);
            while (reader.Next())
            {
                extents.Add($"({reader.Current.Offset}, {reader.Current.Length})");
            }

            places = $"extents [{string.Join(", ", extents)}]";
        }

        string data = node.ContentForm == ContentForm.Chunks ? Chunks(node.ChunkList) : Hex(node.Inline);
        return $"{node.Size} {places} {(int)node.ContentForm} {data}";
    }

    private static string Chunks(ReadOnlySpan<byte> chunkList)
    {
        ChunkListReader list = new(chunkList);
        List<string> parts = [];
        while (list.Next())
        {
            parts.Add($"{list.Current.Id} {list.Current.Length}");
        }

        return $"{list.Level} {string.Join(" | ", parts)}";
    }

    private static string Xattrs(in NodeView node)
    {
        List<string> parts = [];
        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            string value = xattrs.IsExternal ? $"{xattrs.External.Id} {xattrs.External.Length}" : Hex(xattrs.Value);
            parts.Add($"{Hex(xattrs.Name)} {value}");
        }

        return string.Join(" | ", parts);
    }

    private static string Owner(ReadOnlySpan<byte> name) => Convert.ToHexStringLower(name);

    private static string Time(Timestamp time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}.{time.Nanoseconds:d9}");
}
