using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SnapFs.Jobs.Browsing;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Output;

/// <summary>Members that several kinds of JSON lines have; <c>docs/json.md</c> describes them.</summary>
internal static class JsonFields
{
    /// <summary>Raw bytes: as text, and in base 64 too if they are not UTF-8.</summary>
    public static void Raw(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteString(name, bytes);
            return;
        }

        json.WriteString(name, Encoding.UTF8.GetString(bytes));
        json.WriteBase64String(name + "Base64", bytes);
    }

    /// <summary>What is known of what went wrong, beside its text.</summary>
    public static void Problem(Utf8JsonWriter json, in Problem problem)
    {
        json.WriteString("kind", NameOf(problem.Kind));
        if (!problem.Path.IsEmpty)
        {
            Raw(json, "path", problem.Path.Span);
        }

        if (problem.Errno != 0)
        {
            json.WriteString("errno", Interop.Libc.NameOf(problem.Errno));
            json.WriteNumber("errnoNumber", problem.Errno);
        }
    }

    /// <summary>The word for a kind: <c>storageFull</c>.</summary>
    public static string NameOf(ErrorKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>What is known of a snapshot.</summary>
    public static void Snapshot(Utf8JsonWriter json, SnapshotHead snapshot)
    {
        json.WriteString("id", snapshot.Id.ToString());
        json.WriteString("host", snapshot.Host);
        json.WriteString("source", snapshot.Source);
        json.WriteString("started", Units.ExactTime(snapshot.Started));
        json.WriteString("ended", Units.ExactTime(snapshot.Ended));
        Tags(json, snapshot);
        json.WriteString("agent", snapshot.Agent);
        json.WriteBoolean("partial", snapshot.IsPartial);
        if (snapshot.Previous is { } previous)
        {
            json.WriteString("previous", previous.ToString());
        }

        Statistics(json, snapshot.Statistics);
    }

    /// <summary>The paths that were backed up.</summary>
    public static void Paths(Utf8JsonWriter json, IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        json.WriteStartArray("paths");
        foreach (ReadOnlyMemory<byte> path in paths)
        {
            json.WriteStringValue(Encoding.UTF8.GetString(path.Span));
        }

        json.WriteEndArray();
        if (paths.Any(path => !Utf8.IsValid(path.Span)))
        {
            json.WriteStartArray("pathsBase64");
            foreach (ReadOnlyMemory<byte> path in paths)
            {
                json.WriteBase64StringValue(path.Span);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>The words that somebody gave a snapshot.</summary>
    public static void Tags(Utf8JsonWriter json, SnapshotHead snapshot)
    {
        json.WriteStartArray("tags");
        foreach (string tag in snapshot.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
    }

    /// <summary>Counts of a backup.</summary>
    public static void Statistics(Utf8JsonWriter json, SnapshotStatistics statistics)
    {
        json.WriteNumber("entries", statistics.Entries);
        json.WriteNumber("files", statistics.Files);
        json.WriteNumber("directories", statistics.Directories);
        json.WriteNumber("bytes", statistics.Bytes);
        json.WriteNumber("filesNew", statistics.FilesNew);
        json.WriteNumber("filesChanged", statistics.FilesChanged);
        json.WriteNumber("filesUnchanged", statistics.FilesUnchanged);
        json.WriteNumber("bytesAdded", statistics.BytesAdded);
        json.WriteNumber("bytesStored", statistics.BytesStored);
        json.WriteNumber("problems", statistics.Problems);
    }

    /// <summary>A node of a snapshot.</summary>
    public static void Node(Utf8JsonWriter json, ReadOnlySpan<byte> path, in BrowsedNode node)
    {
        NodeView view = node.View;
        Raw(json, "path", path);
        json.WriteString("kind", NodeText.KindOf(view.Type));
        json.WriteString("mode", NodeText.Octal(view.Mode));
        json.WriteNumber("uid", view.UserId);
        json.WriteNumber("gid", view.GroupId);
        Raw(json, "user", node.User);
        Raw(json, "group", node.Group);
        json.WriteNumber("size", view.Size);
        json.WriteString("modified", Units.ExactTime(view.Modified));
        json.WriteString("changed", Units.ExactTime(view.Changed));
        if (view.HasBirth)
        {
            json.WriteString("birth", Units.ExactTime(view.Birth));
        }

        json.WriteNumber("inode", view.Inode);
        json.WriteNumber("links", view.LinkCount);
        if (view.Type == NodeType.Symlink)
        {
            Raw(json, "target", view.Target);
        }

        if (view.Type is NodeType.BlockDevice or NodeType.CharacterDevice)
        {
            json.WriteNumber("major", view.DeviceNumber >> 32);
            json.WriteNumber("minor", view.DeviceNumber & uint.MaxValue);
        }
    }
}
