namespace SnapFs.Afs.Importing;

/// <summary>Names below the root of a volume's snapshot (<c>docs/format.md</c> section 8.1).</summary>
public static class VolumeLayout
{
    /// <summary>The volume.</summary>
    public static ReadOnlyMemory<byte> Files { get; } = "files"u8.ToArray();

    /// <summary>Vnodes that no directory names.</summary>
    public static ReadOnlyMemory<byte> Orphans { get; } = "orphans"u8.ToArray();

    /// <summary>What an increment brought.</summary>
    public static ReadOnlyMemory<byte> Changed { get; } = "changed"u8.ToArray();

    /// <summary>The paths that an increment took away.</summary>
    public static ReadOnlyMemory<byte> Deleted { get; } = "deleted"u8.ToArray();

    /// <summary>The directory of the dump itself.</summary>
    public static ReadOnlyMemory<byte> Dump { get; } = "dump"u8.ToArray();

    /// <summary>In it, the dump without its long contents.</summary>
    public static ReadOnlyMemory<byte> Skeleton { get; } = "skeleton"u8.ToArray();

    /// <summary>In it, the long contents.</summary>
    public static ReadOnlyMemory<byte> Contents { get; } = "contents"u8.ToArray();

    /// <summary>Names of protection server ids.</summary>
    public static ReadOnlyMemory<byte> Names { get; } = "names"u8.ToArray();
}
