using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with AFS volumes.</summary>
internal static class VolumeVectors
{
    internal static Dictionary<string, string> Head(SnapshotHead head)
    {
        Dictionary<string, string> fields = [];
        if (head.Volume is { } volume)
        {
            fields["volume-cell"] = volume.Cell;
            fields["volume-name"] = volume.Name;
            fields["volume-id"] = VectorDecoder.Text(volume.Id);
            Add(fields, "chain-full", volume.Full);
            Add(fields, "chain-predecessor", volume.Predecessor);
        }

        if (head.Dump is { } dump)
        {
            fields["dump-name"] = dump.Name;
            fields["dump-id"] = VectorDecoder.Text(dump.Id);
            fields["dump-type"] = VectorDecoder.Text(dump.Type);
            fields["dump-from"] = VectorDecoder.Text(dump.From);
            fields["dump-to"] = VectorDecoder.Text(dump.To);
            fields["dump-created"] = VectorDecoder.Text(dump.CreationDate);
            fields["dump-updated"] = VectorDecoder.Text(dump.UpdateDate);
            fields["dump-cloned"] = VectorDecoder.Text(dump.BackupDate);
            fields["dump-accessed"] = VectorDecoder.Text(dump.AccessDate);
            Add(fields, "dump-taken", dump.TakenAt);
            fields["dump-length"] = VectorDecoder.Text(dump.Length);
            fields["dump-full-length"] = VectorDecoder.Text(dump.FullLength);
            fields["dump-quota"] = VectorDecoder.Text(dump.Quota);
            fields["dump-used"] = VectorDecoder.Text(dump.Used);
            if (dump.Salvage is { } salvage)
            {
                fields["dump-salvage"] = $"{salvage.WholeLength} {salvage.LostNames}";
            }
        }

        return fields;
    }

    internal static string? Node(in NodeView node)
    {
        if (!AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs))
        {
            return null;
        }

        string text = $"{afs.Vnode} {afs.Uniq} {afs.Type} {afs.Fields} {afs.Links} {afs.DataVersion} {afs.Author} {afs.Owner} "
            + $"{afs.Group} {afs.Mode} {afs.Parent} {afs.ServerModified}";
        if (node.Type != NodeType.Directory)
        {
            return text;
        }

        text += afs.AccessList.IsEmpty ? " -" : $" {VectorDecoder.Hex(afs.AccessList)}";
        text += $" {afs.DirectoryLength}";
        return afs.DirectoryContent.IsEmpty ? text : $"{text} {PackVectors.Chunks(afs.DirectoryContent)}";
    }

    private static void Add<T>(Dictionary<string, string> fields, string name, T? value)
        where T : struct
    {
        if (value is T present)
        {
            fields[name] = VectorDecoder.Text(present.ToString() ?? "");
        }
    }
}
