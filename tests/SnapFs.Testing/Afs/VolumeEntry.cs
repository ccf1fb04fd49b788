namespace SnapFs.Testing.Afs;

/// <summary>What one path of a volume is.</summary>
public sealed record VolumeEntry
{
    /// <summary>Below the root, in the form of <see cref="AfsName"/>; <c>.</c> is the root.</summary>
    public required string Path { get; init; }

    public required VolumeEntryType Type { get; init; }

    /// <summary>The 12 bits of the Unix mode.</summary>
    public required int Mode { get; init; }

    /// <summary>The owner's id of pts.</summary>
    public required int Owner { get; init; }

    public required int Group { get; init; }

    /// <summary>The id of who stored it last.</summary>
    public required int Author { get; init; }

    /// <summary>Seconds since 1970, as the client has set it.</summary>
    public required long ModifiedAt { get; init; }

    /// <summary>Seconds since 1970, set by the server; what <c>vos dump -time</c> compares with.</summary>
    public required long ServerTime { get; init; }

    /// <summary>Names of a file; of a directory 2 and its subdirectories.</summary>
    public required int Links { get; init; }

    /// <summary>Vnode number and uniquifier, as in <c>6.249</c>.</summary>
    public required string Fid { get; init; }

    public required long DataVersion { get; init; }

    /// <summary>Bytes of a file or of a link's target; null for a directory.</summary>
    public long? Length { get; init; }

    /// <summary>Of a file's contents, in lower-case digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Of a link or a mount point, in the form of <see cref="AfsName"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Of a directory.</summary>
    public VolumeAcl? Acl { get; init; }
}
