using System.Buffers;

namespace SnapFs.Storage;

/// <summary>A kind and an id, for example <c>packs/3f/3f9a…</c>. Only well-formed names exist, so none leaves the
/// repository.</summary>
public readonly record struct ObjectName
{
    /// <summary>Digits of an id that is a SHA-256.</summary>
    public const int HashIdLength = 64;

    private const string ConfigId = "config";
    private const int MaxLeaseNumberLength = 9;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> DecimalDigits = SearchValues.Create("0123456789");

    /// <summary>Names an object.</summary>
    /// <param name="kind">The namespace.</param>
    /// <param name="id">64 lower-case hexadecimal digits; for a lease these, <c>-</c> and a decimal number without
    /// leading zeros; <c>config</c> for the config.</param>
    /// <exception cref="ArgumentException">The id is not well-formed.</exception>
    public ObjectName(ObjectKind kind, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IsWellFormed(kind, id))
        {
            throw new ArgumentException($"'{id}' is no id of a {kind} object.", nameof(id));
        }

        Kind = kind;
        Id = id;
    }

    /// <summary>The name of the config.</summary>
    public static ObjectName Config { get; } = new(ObjectKind.Config, ConfigId);

    /// <summary>The namespace.</summary>
    public ObjectKind Kind { get; }

    /// <summary>The last part of the path.</summary>
    public string Id { get; }

    /// <summary>The path below the repository's root, with <c>/</c>; the key on object storage.</summary>
    public string RelativePath => Kind switch
    {
        ObjectKind.Config => ConfigId,
        ObjectKind.Pack => $"packs/{Id.AsSpan(0, 2)}/{Id}",
        _ => $"{FolderOf(Kind)}/{Id}",
    };

    /// <summary>The name of a kind whose id is a SHA-256.</summary>
    public static ObjectName FromHash(ObjectKind kind, ReadOnlySpan<byte> sha256) =>
        new(kind, Convert.ToHexStringLower(sha256));

    /// <summary>The name of one heartbeat of a lease.</summary>
    /// <param name="leaseId">64 lower-case hexadecimal digits.</param>
    /// <param name="number">Counts the heartbeats, from 0.</param>
    public static ObjectName Lease(string leaseId, int number) => new(ObjectKind.Lease, $"{leaseId}-{number}");

    /// <summary>The folder of a kind, relative to the root; empty for the config.</summary>
    public static string FolderOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Config => string.Empty,
        ObjectKind.Key => "keys",
        ObjectKind.Lease => "leases",
        ObjectKind.Mark => "gc",
        ObjectKind.Snapshot => "snapshots",
        ObjectKind.Index => "index",
        ObjectKind.Pack => "packs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    /// <summary>Takes a file name found in the folder of a kind; false for what is not one of ours.</summary>
    public static bool TryParse(ObjectKind kind, string id, out ObjectName name)
    {
        ArgumentNullException.ThrowIfNull(id);
        bool wellFormed = IsWellFormed(kind, id);
        name = wellFormed ? new ObjectName(kind, id) : default;
        return wellFormed;
    }

    /// <summary>Takes a path as <see cref="RelativePath"/> gives it; false for what is not one of ours.</summary>
    public static bool TryParsePath(string relativePath, out ObjectName name)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        string id = relativePath[(relativePath.LastIndexOf('/') + 1)..];
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            if (TryParse(kind, id, out name) && name.RelativePath == relativePath)
            {
                return true;
            }
        }

        name = default;
        return false;
    }

    /// <inheritdoc cref="RelativePath"/>
    public override string ToString() => Id is null ? "(no object)" : RelativePath;

    private static bool IsWellFormed(ObjectKind kind, string id) => kind switch
    {
        ObjectKind.Config => id == ConfigId,
        ObjectKind.Lease => IsLeaseId(id),
        ObjectKind.Key or ObjectKind.Mark or ObjectKind.Snapshot or ObjectKind.Index or ObjectKind.Pack => IsHash(id),
        _ => false,
    };

    private static bool IsHash(ReadOnlySpan<char> id) => id.Length == HashIdLength && !id.ContainsAnyExcept(HexDigits);

    private static bool IsLeaseId(ReadOnlySpan<char> id)
    {
        if (id.Length < HashIdLength + 2 || id[HashIdLength] != '-' || !IsHash(id[..HashIdLength]))
        {
            return false;
        }

        ReadOnlySpan<char> number = id[(HashIdLength + 1)..];
        return number.Length <= MaxLeaseNumberLength
            && !number.ContainsAnyExcept(DecimalDigits)
            && (number.Length == 1 || number[0] != '0');
    }
}
