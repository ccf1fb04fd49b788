using System.Text.Json;

namespace SnapFs.Testing.Afs;

/// <summary>All that a volume holds at one time, by path.</summary>
public sealed class VolumeManifest
{
    private static readonly (string Name, Func<VolumeEntry, object?> Value)[] Fields =
    [
        ("type", entry => entry.Type),
        ("mode", entry => Convert.ToString(entry.Mode, 8)),
        ("owner", entry => entry.Owner),
        ("group", entry => entry.Group),
        ("author", entry => entry.Author),
        ("modified", entry => entry.ModifiedAt),
        ("server time", entry => entry.ServerTime),
        ("links", entry => entry.Links),
        ("fid", entry => entry.Fid),
        ("data version", entry => entry.DataVersion),
        ("length", entry => entry.Length),
        ("SHA-256", entry => entry.Sha256),
        ("target", entry => entry.Target),
        ("access list", entry => entry.Acl?.ToString()),
    ];

    private readonly SortedDictionary<string, VolumeEntry> entries = new(StringComparer.Ordinal);

    /// <summary>A manifest of given entries, each path once.</summary>
    public VolumeManifest(IEnumerable<VolumeEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (VolumeEntry entry in entries)
        {
            this.entries.Add(entry.Path, entry);
        }
    }

    /// <summary>Every path, in the order of the bytes of its written form.</summary>
    public IEnumerable<VolumeEntry> Entries => entries.Values;

    /// <summary>What a path is.</summary>
    /// <exception cref="KeyNotFoundException">There is nothing.</exception>
    public VolumeEntry this[string path] => entries[path];

    /// <summary>Whether there is something at a path.</summary>
    public bool Has(string path) => entries.ContainsKey(path);

    /// <summary>Reads what <c>afsvol --walk</c> prints.</summary>
    public static VolumeManifest Parse(string lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return new VolumeManifest(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine));
    }

    /// <summary>Says every difference in one line, path by path; empty if there is none.</summary>
    public static IReadOnlyList<string> Compare(VolumeManifest expected, VolumeManifest actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        List<string> differences = [];
        foreach (string path in expected.entries.Keys.Union(actual.entries.Keys).Order(StringComparer.Ordinal))
        {
            if (!actual.entries.TryGetValue(path, out VolumeEntry? found))
            {
                differences.Add($"{path}: missing");
            }
            else if (!expected.entries.TryGetValue(path, out VolumeEntry? wanted))
            {
                differences.Add($"{path}: not expected");
            }
            else
            {
                differences.AddRange(Fields
                    .Where(field => !Equals(field.Value(wanted), field.Value(found)))
                    .Select(field => $"{path}: {field.Name} is {field.Value(found)}, expected {field.Value(wanted)}"));
            }
        }

        return differences;
    }

    private static VolumeEntry ParseLine(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement json = document.RootElement;
        return new VolumeEntry
        {
            Path = Text(json, "path")!, // not null: every line has it
            Type = Enum.Parse<VolumeEntryType>(Text(json, "type")!, ignoreCase: true), // likewise
            Mode = json.GetProperty("mode").GetInt32(),
            Owner = json.GetProperty("owner").GetInt32(),
            Group = json.GetProperty("group").GetInt32(),
            Author = json.GetProperty("author").GetInt32(),
            ModifiedAt = json.GetProperty("mtime").GetInt64(),
            ServerTime = json.GetProperty("serverTime").GetInt64(),
            Links = json.GetProperty("links").GetInt32(),
            Fid = Text(json, "fid")!, // likewise
            DataVersion = json.GetProperty("dataVersion").GetInt64(),
            Length = json.TryGetProperty("size", out JsonElement size) ? size.GetInt64() : null,
            Sha256 = Text(json, "sha256"),
            Target = Text(json, "target"),
            Acl = json.TryGetProperty("acl", out JsonElement acl)
                ? new VolumeAcl(Rights(acl.GetProperty("positive")), Rights(acl.GetProperty("negative")))
                : null,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static Dictionary<string, uint> Rights(JsonElement entries) => entries.EnumerateArray()
        .ToDictionary(entry => entry[0].GetString()!, entry => entry[1].GetUInt32()); // not null: afsvol prints a text
}
