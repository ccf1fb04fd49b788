using System.Text.Json;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Jobs.Importing;

/// <summary>What <c>restic</c> writes with <c>--json</c>.</summary>
internal static class ResticListing
{
    private const string SnapshotsCommand = "'restic snapshots'";
    private const string FilesCommand = "'restic ls'";
    private const int ShortId = 8;

    // The bits of Go's os.FileMode.
    private const long SetUserId = 1 << 23;
    private const long SetGroupId = 1 << 22;
    private const long Sticky = 1 << 20;

    /// <summary>The list of snapshots.</summary>
    /// <exception cref="JobException">It is not one.</exception>
    public static IReadOnlyList<ForeignSnapshot> Snapshots(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = ForeignJson.Read(SnapshotsCommand, json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select(Snapshot)],
            _ => throw ForeignJson.Refuse(SnapshotsCommand, "it is no list"),
        };
    }

    /// <summary>A line of the list of files.</summary>
    /// <returns>Null for a line about something else.</returns>
    /// <exception cref="JobException">It makes no sense.</exception>
    public static ForeignEntry? Entry(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim((byte)' ').IsEmpty)
        {
            return null;
        }

        using JsonDocument document = ForeignJson.Read(FilesCommand, line);
        JsonElement value = document.RootElement;
        if ((ForeignJson.Text(value, "struct_type") ?? ForeignJson.Text(value, "message_type")) != "node")
        {
            return null;
        }

        string? type = ForeignJson.Text(value, "type");
        long? mode = ForeignJson.Member(value, "mode").ValueKind == JsonValueKind.Undefined ? 0 : ForeignJson.Number(value, "mode");
        byte[]? path = ForeignJson.Path(FilesCommand, value, "path");
        return new ForeignEntry
        {
            Path = path,
            Type = TypeOf(type),
            Size = type == "file" ? ForeignJson.Number(value, "size") ?? 0 : null,
            Mode = mode is { } bits ? ModeOf(bits) : null,
            UserId = ForeignJson.Id(value, "uid"),
            GroupId = ForeignJson.Id(value, "gid"),
            Modified = ForeignTime.Parse(ForeignJson.Text(value, "mtime")),
            MayBeInexact = path is null || path.AsSpan().IndexOf("\uFFFD"u8) >= 0,
        };
    }

    private static ForeignSnapshot Snapshot(JsonElement value)
    {
        string id = ForeignJson.SnapshotId(value, "id") ?? throw ForeignJson.Refuse(SnapshotsCommand, "a snapshot without an id");
        return new ForeignSnapshot
        {
            Id = id,
            Name = id[..ShortId],
            Time = ForeignTime.Parse(ForeignJson.Text(value, "time"))
                ?? throw ForeignJson.Refuse(SnapshotsCommand, $"the time of {id[..ShortId]}"),
            Host = ForeignJson.Name(value, "hostname"),
            Paths = [.. ForeignJson.List(value, "paths").Select(ForeignJson.Text).OfType<string>().Select(PathOf)],
            Tags = [.. ForeignJson.List(value, "tags").Select(ForeignJson.Text).OfType<string>()],
            FormerIds = ForeignJson.SnapshotId(value, "original") is { } former ? [former] : [],
        };
    }

    /// <summary>Of Windows, <c>C:\Users</c> lies at <c>/C/Users</c>.</summary>
    private static ReadOnlyMemory<byte> PathOf(string path)
    {
        bool isOfWindows = path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]);
        string local = isOfWindows ? $"/{path[0]}/{path[2..].Replace('\\', '/')}" : path;
        return RawPath.Normalize(RawText.ToBytes(local), "/"u8);
    }

    private static NodeType TypeOf(string? type) => type switch
    {
        "file" => NodeType.File,
        "dir" => NodeType.Directory,
        "symlink" => NodeType.Symlink,
        "dev" => NodeType.BlockDevice,
        "chardev" => NodeType.CharacterDevice,
        "fifo" => NodeType.Fifo,
        "socket" => NodeType.Socket,
        _ => throw ForeignJson.Refuse(FilesCommand, $"a file of type '{SafeText.Of(type ?? "")}'"),
    };

    private static uint ModeOf(long mode) => (uint)(mode & 0x1FF)
        | ((mode & SetUserId) != 0 ? 0x800u : 0)
        | ((mode & SetGroupId) != 0 ? 0x400u : 0)
        | ((mode & Sticky) != 0 ? 0x200u : 0);
}
