using System.Buffers;
using System.Globalization;
using SnapFs.Objects;

namespace SnapFs.Storage;

/// <summary>A kind, a domain and an id, for example <c>packs/5d0c…/3f/3f9a…</c>. Only well-formed names exist, so none leaves
/// the repository.</summary>
public readonly record struct ObjectName
{
    /// <summary>Digits of an id that is a SHA-256.</summary>
    public const int HashIdLength = 64;

    /// <summary>Digits of the id of a domain or a run.</summary>
    public const int ShortIdLength = 32;

    private const int PackFolderDigits = 2;
    private const int MaxLeaseNumberLength = 9;
    private const string ConfigPrefix = "config-";
    private const string PreviewConfigName = "config";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> DecimalDigits = SearchValues.Create("0123456789");

    /// <summary>Names an object of a kind without domains.</summary>
    /// <param name="kind">The namespace.</param>
    /// <param name="id">64 lower-case hexadecimal digits.</param>
    /// <exception cref="ArgumentException">The id is not well-formed, or objects of this kind have a domain.</exception>
    public ObjectName(ObjectKind kind, string id)
        : this(kind, string.Empty, id)
    {
    }

    /// <summary>Names an object.</summary>
    /// <param name="kind">The namespace.</param>
    /// <param name="domain">32 lower-case hexadecimal digits; empty for kinds without domains.</param>
    /// <param name="id">64 lower-case hexadecimal digits; for a lease these after 32 others, <c>-</c>, a decimal number without
    /// leading zeros, and <c>-</c>.</param>
    /// <exception cref="ArgumentException">The domain or the id is not well-formed.</exception>
    public ObjectName(ObjectKind kind, string domain, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(id);
        if (HasDomain(kind) ? !IsDomain(domain) : domain.Length > 0)
        {
            throw new ArgumentException($"'{domain}' is no domain of a {kind} object.", nameof(domain));
        }

        if (!IsWellFormed(kind, id))
        {
            throw new ArgumentException($"'{id}' is no id of a {kind} object.", nameof(id));
        }

        Kind = kind;
        Domain = domain;
        Id = id;
    }

    /// <summary>The name of the config of repositories that previews made.</summary>
    public static ObjectName PreviewConfig { get; } = new(ObjectKind.PreviewConfig, PreviewConfigName);

    /// <summary>The namespace.</summary>
    public ObjectKind Kind { get; }

    /// <summary>The domain, hexadecimal; empty for kinds without domains.</summary>
    public string Domain { get; }

    /// <summary>What tells it from others of its kind and domain.</summary>
    public string Id { get; }

    /// <summary>The SHA-256 in the id.</summary>
    /// <exception cref="InvalidOperationException">There is none in an id of this kind.</exception>
    public ObjectId Hash => Id.Length >= HashIdLength && ObjectId.TryParse(Id.AsSpan(Id.Length - HashIdLength), out ObjectId hash)
        ? hash
        : throw new InvalidOperationException();

    /// <summary>The path of the folder below the repository's root, with <c>/</c>; empty for the root itself.</summary>
    public string Folder => Kind == ObjectKind.Pack
        ? $"{FolderOf(Kind, Domain)}/{Id.AsSpan(0, PackFolderDigits)}"
        : FolderOf(Kind, Domain);

    /// <summary>Of a lease, the run: 32 hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">It is no lease.</exception>
    public string LeaseRun => Kind == ObjectKind.Lease ? Id[..ShortIdLength] : throw new InvalidOperationException();

    /// <summary>Of a lease, the number of the heartbeat.</summary>
    /// <exception cref="InvalidOperationException">It is no lease.</exception>
    public int LeaseNumber => Kind == ObjectKind.Lease
        ? int.Parse(Id.AsSpan((ShortIdLength + 1)..(Id.Length - HashIdLength - 1)), CultureInfo.InvariantCulture)
        : throw new InvalidOperationException();

    /// <summary>The last part of the path.</summary>
    public string FileName => Kind == ObjectKind.Config ? ConfigPrefix + Id : Id;

    /// <summary>The path below the repository's root, with <c>/</c>; the key on object storage.</summary>
    public string RelativePath => Folder is { Length: > 0 } folder ? $"{folder}/{FileName}" : FileName;

    /// <summary>Whether objects of a kind lie in a folder of their domain.</summary>
    public static bool HasDomain(ObjectKind kind) =>
        kind is ObjectKind.Lease or ObjectKind.Snapshot or ObjectKind.Index or ObjectKind.Pack;

    /// <summary>Whether a text is the id of a domain: 32 lower-case hexadecimal digits.</summary>
    public static bool IsDomain(ReadOnlySpan<char> text) =>
        text.Length == ShortIdLength && !text.ContainsAnyExcept(HexDigits);

    /// <summary>Whether a text is the name of a folder that packs of a domain lie in.</summary>
    public static bool IsPackFolder(ReadOnlySpan<char> text) =>
        text.Length == PackFolderDigits && !text.ContainsAnyExcept(HexDigits);

    /// <summary>The name of an object whose id is a SHA-256.</summary>
    public static ObjectName FromHash(ObjectKind kind, string domain, ReadOnlySpan<byte> sha256) =>
        new(kind, domain, Convert.ToHexStringLower(sha256));

    /// <summary>The name of one heartbeat of a run.</summary>
    /// <param name="domain">32 lower-case hexadecimal digits.</param>
    /// <param name="run">32 lower-case hexadecimal digits.</param>
    /// <param name="number">Counts the heartbeats, from 0.</param>
    /// <param name="sha256">The hash of its bytes.</param>
    public static ObjectName Lease(string domain, string run, int number, ReadOnlySpan<byte> sha256) =>
        new(ObjectKind.Lease, domain, $"{run}-{number}-{Convert.ToHexStringLower(sha256)}");

    /// <summary>The folder of a kind, relative to the root; empty for what lies in the root.</summary>
    public static string FolderOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Config or ObjectKind.PreviewConfig => string.Empty,
        ObjectKind.Key => "keys",
        ObjectKind.Lease => "leases",
        ObjectKind.Mark => "gc",
        ObjectKind.Snapshot => "snapshots",
        ObjectKind.Index => "index",
        ObjectKind.Pack => "packs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    /// <summary>Takes a file name found in a folder of a kind and domain; false for what is not one of ours.</summary>
    public static bool TryParse(ObjectKind kind, string domain, string fileName, out ObjectName name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(fileName);
        name = default;
        bool isConfig = kind == ObjectKind.Config;
        if (isConfig && !fileName.StartsWith(ConfigPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        string id = isConfig ? fileName[ConfigPrefix.Length..] : fileName;
        if ((HasDomain(kind) ? !IsDomain(domain) : domain.Length > 0) || !IsWellFormed(kind, id))
        {
            return false;
        }

        name = new ObjectName(kind, domain, id);
        return true;
    }

    /// <summary>Takes a path as <see cref="RelativePath"/> gives it; false for what is not one of ours.</summary>
    public static bool TryParsePath(string relativePath, out ObjectName name)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        string[] parts = relativePath.Split('/');
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            string domain = HasDomain(kind) && parts.Length > 1 ? parts[1] : string.Empty;
            if (TryParse(kind, domain, parts[^1], out name) && name.RelativePath == relativePath)
            {
                return true;
            }
        }

        name = default;
        return false;
    }

    /// <inheritdoc cref="RelativePath"/>
    public override string ToString() => Id is null ? "(no object)" : RelativePath;

    private static string FolderOf(ObjectKind kind, string domain) =>
        domain.Length > 0 ? $"{FolderOf(kind)}/{domain}" : FolderOf(kind);

    private static bool IsWellFormed(ObjectKind kind, string id) => kind switch
    {
        ObjectKind.PreviewConfig => id == PreviewConfigName,
        ObjectKind.Lease => IsLeaseId(id),
        ObjectKind.Config or ObjectKind.Key or ObjectKind.Mark or ObjectKind.Snapshot or ObjectKind.Index or ObjectKind.Pack =>
            IsHash(id),
        _ => false,
    };

    private static bool IsHash(ReadOnlySpan<char> id) => id.Length == HashIdLength && !id.ContainsAnyExcept(HexDigits);

    private static bool IsLeaseId(ReadOnlySpan<char> id)
    {
        const int NumberAt = ShortIdLength + 1;
        int hashAt = id.Length - HashIdLength;
        if (hashAt < NumberAt + 2
            || id[ShortIdLength] != '-'
            || id[hashAt - 1] != '-'
            || !IsDomain(id[..ShortIdLength])
            || !IsHash(id[hashAt..]))
        {
            return false;
        }

        ReadOnlySpan<char> number = id[NumberAt..(hashAt - 1)];
        return number.Length <= MaxLeaseNumberLength
            && !number.ContainsAnyExcept(DecimalDigits)
            && (number.Length == 1 || number[0] != '0');
    }
}
