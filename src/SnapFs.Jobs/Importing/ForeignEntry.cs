using SnapFs.Trees;

namespace SnapFs.Jobs.Importing;

/// <summary>A file as the other program lists it. What it does not say is null and not compared.</summary>
internal sealed record ForeignEntry
{
    /// <summary>The path with a slash before it, normalized; <c>/</c> for the top. Null if the listing cannot express the name.</summary>
    public required byte[]? Path { get; init; }

    /// <summary>The kind of file.</summary>
    public required NodeType Type { get; init; }

    /// <summary>Length of a regular file, bytes.</summary>
    public long? Size { get; init; }

    /// <summary>Permission, set-id and sticky bits.</summary>
    public uint? Mode { get; init; }

    /// <summary>The owner.</summary>
    public uint? UserId { get; init; }

    /// <summary>The group.</summary>
    public uint? GroupId { get; init; }

    /// <summary>The time of the last change of content, as exact as the listing is.</summary>
    public Timestamp? Modified { get; init; }

    /// <summary>Whether the path may have characters in the place of bytes that are no text.</summary>
    public bool MayBeInexact { get; init; }
}
