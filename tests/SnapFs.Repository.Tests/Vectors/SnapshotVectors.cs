using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;
using static SnapFs.Repository.Tests.Vectors.VectorDecoder;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with snapshots.</summary>
internal static class SnapshotVectors
{
    internal static Dictionary<string, string> Snapshot(VectorKeys keys, byte[] content)
    {
        ObjectId id = ObjectId.Of(content);
        SnapshotHead head = SnapshotCodec.DecodeHead(keys.Domain, content, id) ?? throw NotCounting();
        SnapshotBody body = SnapshotCodec.DecodeBody(keys.Domain, content, id);
        FieldSet clear = IndexVectors.Clear(content, FormatKind.Snapshot, 13);
        Dictionary<string, string> fields = IndexVectors.Signed(clear);
        fields["heartbeat"] = Show(clear.Number(13));
        Head(fields, head);
        Volume(fields, head);
        Body(fields, body);
        NodeView root = NodeCodec.Read(body.RootNode.Span);
        PageVectors.Node(fields, "root", in root, null);
        return fields;
    }

    private static void Head(Dictionary<string, string> fields, SnapshotHead head)
    {
        int flags = (head.IsPartial ? 1 : 0) + (head.HasXattrs ? 2 : 0) + (head.HasAcls ? 4 : 0);
        fields["host"] = head.Host;
        fields["source"] = head.Source;
        fields["started"] = $"{head.Started.Seconds} {head.Started.Nanoseconds}";
        fields["ended"] = $"{head.Ended.Seconds} {head.Ended.Nanoseconds}";
        Add(fields, "agent", head.Agent);
        Add(fields, "tags", List(head.Tags, tag => tag));
        fields["root-page"] = $"{head.Root.Id} {head.Root.Length}";
        Add(fields, "previous", head.Previous?.ToString());
        fields["flags"] = Show(flags);
        Add(fields, "paths-mac", Convert.ToHexStringLower(head.PathsHash.Span));
        Add(fields, "names-before", List(head.FormerIds));
        if (head.Statistics is { Entries: > 0 } s)
        {
            fields["statistics"] = $"{s.Entries} {s.Files} {s.Directories} {s.Bytes} {s.FilesNew} {s.FilesChanged} "
                + $"{s.FilesUnchanged} {s.BytesAdded} {s.BytesStored} {s.Problems}";
        }
    }

    private static void Volume(Dictionary<string, string> fields, SnapshotHead head)
    {
        if (head.Volume is { } volume)
        {
            fields["volume-cell"] = volume.Cell;
            fields["volume-name"] = volume.Name;
            fields["volume-id"] = Show(volume.Id);
            Add(fields, "chain-full", volume.Full?.ToString());
            Add(fields, "chain-predecessor", volume.Predecessor?.ToString());
        }

        if (head.Dump is not { } dump)
        {
            return;
        }

        fields["dump-name"] = dump.Name;
        fields["dump-id"] = Show(dump.Id);
        fields["dump-type"] = Show(dump.Type);
        fields["dump-from"] = Show(dump.From);
        fields["dump-to"] = Show(dump.To);
        fields["dump-created"] = Show(dump.CreationDate);
        fields["dump-updated"] = Show(dump.UpdateDate);
        fields["dump-cloned"] = Show(dump.BackupDate);
        fields["dump-accessed"] = Show(dump.AccessDate);
        Add(fields, "dump-taken", dump.TakenAt is uint taken ? Show(taken) : null);
        fields["dump-length"] = Show(dump.Length);
        fields["dump-full-length"] = Show(dump.FullLength);
        fields["dump-quota"] = Show(dump.Quota);
        fields["dump-used"] = Show(dump.Used);
        Add(fields, "dump-salvage", dump.Salvage is { } salvage ? $"{salvage.WholeLength} {salvage.LostNames}" : null);
        Add(fields, "dump-identity", dump.Identity?.ToString());
        Add(fields, "dump-service", dump.IsInService is bool isInService ? Show(isInService ? 1 : 0) : null);
        Add(fields, "dump-examined", dump.Life is { } life ? $"{life.CreationDate} {life.CopyDate}" : null);
    }

    private static void Body(Dictionary<string, string> fields, SnapshotBody body)
    {
        Add(fields, "root-user", Convert.ToHexStringLower(body.RootUser.Span));
        Add(fields, "root-group", Convert.ToHexStringLower(body.RootGroup.Span));
        fields["paths"] = List(body.Paths, Hex);
        Add(fields, "problems", List(body.Problems, problem => problem.Text));
        Add(fields, "more-problems", body.MoreProblems > 0 ? Show(body.MoreProblems) : null);
        Add(fields, "problem-details", List(
            body.Problems, problem => $"{Hex(problem.Path)} {(int)problem.Kind} {problem.Errno}"));
        Add(fields, "omissions", List(body.Omissions, omission => $"{Hex(omission.Path)} {(int)omission.Kind}"));
        Add(fields, "more-omissions", List(
            body.MoreOmissions.OrderBy(more => more.Key), more => $"{(int)more.Key} {more.Value}"));
        if (body.Selection is { } selection)
        {
            fields["excludes"] = List(selection.Excludes, Hex);
            fields["selection-flags"] = Show((selection.ExcludesCaches ? 1 : 0) + (selection.OneFileSystem ? 2 : 0));
            fields["more-excludes"] = Show(selection.MoreExcludes);
        }
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => VectorDecoder.Hex(bytes.Span);

    /// <summary>Adds what is there.</summary>
    private static void Add(Dictionary<string, string> fields, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            fields[name] = value;
        }
    }
}
