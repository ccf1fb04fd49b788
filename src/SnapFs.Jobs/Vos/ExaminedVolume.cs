using System.Globalization;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Vos;

/// <summary>What <c>vos examine -format</c> says of a volume. Times are seconds since 1970.</summary>
internal sealed record ExaminedVolume
{
    private const string ReadWrite = "RW";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>The id of the read-write volume, its own if it is one.</summary>
    public required uint ParentId { get; init; }

    /// <summary>Whether it is written to.</summary>
    public required bool IsReadWrite { get; init; }

    /// <summary>When it was made; of a clone, when it was cloned.</summary>
    public required uint CreationDate { get; init; }

    /// <summary>When what is in it was put there.</summary>
    public required uint CopyDate { get; init; }

    /// <summary>Last change.</summary>
    public required uint UpdateDate { get; init; }

    /// <summary>Where it lies.</summary>
    public required VolumeSite Site { get; init; }

    /// <summary>The dates that show whether something else took its place.</summary>
    public VolumeLife Life => new(CreationDate, CopyDate);

    /// <summary>Reads what <c>vos</c> printed; of a volume with copies on several sites, the first counts.</summary>
    /// <exception cref="JobException">It does not say all that is needed.</exception>
    public static ExaminedVolume Parse(string examined)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in examined.Split('\n'))
        {
            string[] words = line.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length >= 2)
            {
                fields.TryAdd(words[0], words[1]);
            }
        }

        uint id = Number("id");
        bool isReadWrite = fields.GetValueOrDefault("type") == ReadWrite;
        return new ExaminedVolume
        {
            Name = fields.GetValueOrDefault("name") ?? throw Lacks("name"),
            Id = id,
            ParentId = isReadWrite ? id : Number("parentID"),
            IsReadWrite = isReadWrite,
            CreationDate = Number("creationDate"),
            CopyDate = Number("copyDate"),
            UpdateDate = Number("updateDate"),
            Site = VolumeSite.Parse(examined),
        };

        uint Number(string field) => fields.TryGetValue(field, out string? text)
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                ? number
                : throw Lacks(field);
    }

    private static JobException Lacks(string field) => new(
        ErrorKind.Environment,
        $"'vos examine -format' does not say the {field} of the volume: is its server up, and the volume attached?");
}
