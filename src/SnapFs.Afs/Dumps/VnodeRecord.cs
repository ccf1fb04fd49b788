namespace SnapFs.Afs.Dumps;

/// <summary>One record of a dump: a vnode that is listed as unchanged, or all that is known of it but its content.</summary>
/// <remarks>Times are seconds since 1970 in UTC; owners and authors are protection server ids, negative for groups.</remarks>
public record struct VnodeRecord
{
    /// <summary>Length of <see cref="AccessList"/>, bytes.</summary>
    public const int AccessListLength = Acls.AfsAccessList.EncodedLength;

    /// <summary>The vnode number: odd for directories, 1 for the root. Never 0.</summary>
    public uint Vnode { get; set; }

    /// <summary>Tells apart the vnodes that have had this number.</summary>
    public uint Uniq { get; set; }

    /// <summary>Whether the record has no field at all: the vnode is as the dump before said.</summary>
    public bool IsBare { get; set; }

    /// <summary>The fields that were there; the others are 0.</summary>
    public VnodeFields Fields { get; set; }

    /// <summary>File, directory or symlink.</summary>
    public VnodeType Type { get; set; }

    /// <summary>Names of a file; 2 and the number of subdirectories of a directory.</summary>
    public ushort Links { get; set; }

    /// <summary>Counts changes of the content.</summary>
    public uint DataVersion { get; set; }

    /// <summary>When the content changed, by the client's clock.</summary>
    public uint Modified { get; set; }

    /// <summary>Who stored last.</summary>
    public int Author { get; set; }

    /// <summary>Who owns it.</summary>
    public int Owner { get; set; }

    /// <summary>The Unix group, mostly 0.</summary>
    public uint Group { get; set; }

    /// <summary>Permission bits; 12 of them mean something, none says what type it is.</summary>
    public ushort Mode { get; set; }

    /// <summary>The vnode number of the directory; 0 for the root.</summary>
    public uint Parent { get; set; }

    /// <summary>When the vnode changed in any way, by the server's clock: what <c>vos dump -time</c> is compared with.</summary>
    public uint ServerModified { get; set; }

    /// <summary>The 192 bytes as they came, or null. Whoever holds the record owns them.</summary>
    public byte[]? AccessList { get; set; }

    /// <summary>Bytes of the content; 0 without <see cref="VnodeFields.Content"/>.</summary>
    public long ContentLength { get; set; }

    /// <summary>Whether the record has a content, be it empty.</summary>
    public readonly bool HasContent => (Fields & VnodeFields.Content) != 0;

    /// <summary>The vnode as people write it: <c>6.249</c>.</summary>
    public override readonly string ToString() => $"{Vnode}.{Uniq}";
}
