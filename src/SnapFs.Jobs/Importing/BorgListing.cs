using System.Text.Json;
using SnapFs.Trees;

namespace SnapFs.Jobs.Importing;

/// <summary>What <c>borg</c> writes with <c>--json</c> and <c>--json-lines</c>.</summary>
internal static class BorgListing
{
    private const string SnapshotsCommand = "'borg list'";
    private const int ModeLength = 10;

    /// <summary>The list of snapshots.</summary>
    /// <exception cref="JobException">It is not one.</exception>
    public static IReadOnlyList<ForeignSnapshot> Snapshots(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = ForeignJson.Read(SnapshotsCommand, json);
        JsonElement list = ForeignJson.Member(document.RootElement, "archives");
        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(Snapshot)]
            : throw ForeignJson.Refuse(SnapshotsCommand, "it is no list");
    }

    /// <summary>A line of the list of files.</summary>
    /// <returns>Null for an empty one.</returns>
    /// <exception cref="JobException">It makes no sense.</exception>
    public static ForeignEntry? Entry(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim((byte)' ').IsEmpty)
        {
            return null;
        }

        using JsonDocument document = ForeignJson.Read(SnapshotsCommand, line);
        JsonElement value = document.RootElement;
        string? mode = ForeignJson.Text(value, "mode");
        if (mode is not { Length: ModeLength } || ModeOf(mode) is not { } bits)
        {
            throw ForeignJson.Refuse(SnapshotsCommand, $"a file of mode '{SafeText.Of(mode ?? "")}'");
        }

        byte[]? path = ForeignJson.Path(SnapshotsCommand, value, "path");
        return new ForeignEntry
        {
            Path = path,
            Type = TypeOf(mode[0]),
            Size = mode[0] == '-' ? ForeignJson.Number(value, "size") : null, // of a further name of a file it says 0
            Mode = bits,
            UserId = ForeignJson.Id(value, "uid"),
            GroupId = ForeignJson.Id(value, "gid"),
            Modified = ForeignTime.Parse(ForeignJson.Text(value, "mtime")),
            MayBeInexact = path is null || path.AsSpan().Contains((byte)'?'),
        };
    }

    private static ForeignSnapshot Snapshot(JsonElement value)
    {
        string name = ForeignJson.Text(value, "name") is { Length: > 0 } text
            ? text
            : throw ForeignJson.Refuse(SnapshotsCommand, "one without a name");
        return new ForeignSnapshot
        {
            Id = ForeignJson.SnapshotId(value, "id") ?? throw ForeignJson.Refuse(SnapshotsCommand, $"the id of {SafeText.Of(name)}"),
            Name = name,
            Time = ForeignTime.Parse(ForeignJson.Text(value, "start"))
                ?? throw ForeignJson.Refuse(SnapshotsCommand, $"the time of {SafeText.Of(name)}"),
            Host = ForeignJson.Name(value, "hostname"),
            Tags = [name],
        };
    }

    private static NodeType TypeOf(char type) => type switch
    {
        '-' or 'h' => NodeType.File,
        'd' => NodeType.Directory,
        'l' => NodeType.Symlink,
        'b' => NodeType.BlockDevice,
        'c' => NodeType.CharacterDevice,
        'p' => NodeType.Fifo,
        's' => NodeType.Socket,
        _ => throw ForeignJson.Refuse(SnapshotsCommand, $"a file of type '{SafeText.Of($"{type}")}'"),
    };

    /// <summary>The bits of <c>-rwsr-xr-t</c>; null if it is nothing like that.</summary>
    private static uint? ModeOf(string text)
    {
        uint mode = 0;
        for (int i = 1; i < ModeLength; i++)
        {
            uint bit = 1u << (ModeLength - 1 - i);
            uint special = i switch
            {
                3 => 0x800,
                6 => 0x400,
                9 => 0x200,
                _ => 0,
            };
            char letter = text[i];
            if (letter is 's' or 't' or 'S' or 'T' && special != 0)
            {
                mode |= special | (char.IsLower(letter) ? bit : 0);
            }
            else if (letter == "rwx"[(i - 1) % 3])
            {
                mode |= bit;
            }
            else if (letter != '-')
            {
                return null;
            }
        }

        return mode;
    }
}
