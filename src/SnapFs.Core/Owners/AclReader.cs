using System.Buffers.Binary;

namespace SnapFs.Owners;

/// <summary>Walks the entries of an access list of Linux (<c>linux/posix_acl_xattr.h</c>), whatever it holds; what is cut off at the
/// end is no entry.</summary>
public ref struct AclReader
{
    /// <summary>Bytes before the first entry: the version.</summary>
    internal const int HeaderLength = 4;

    /// <summary>Bytes of an entry.</summary>
    internal const int EntryLength = 8;

    private ReadOnlySpan<byte> _rest;

    /// <param name="list">The value of the attribute.</param>
    public AclReader(ReadOnlySpan<byte> list) => _rest = list.Length < HeaderLength ? [] : list[HeaderLength..];

    /// <summary>Of whom the entry speaks; not checked.</summary>
    public AclTag Tag { get; private set; }

    /// <summary>What it allows: 4 read, 2 write, 1 execute; not checked.</summary>
    public ushort Permissions { get; private set; }

    /// <summary>The number of a named user or group.</summary>
    public uint Id { get; private set; }

    /// <summary>Moves to the next entry; false at the end.</summary>
    public bool Next()
    {
        if (_rest.Length < EntryLength)
        {
            return false;
        }

        Tag = (AclTag)BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        Permissions = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]);
        Id = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        _rest = _rest[EntryLength..];
        return true;
    }

    /// <summary>The most entries that a list of a length has.</summary>
    public static int MaxEntries(int length) => length / EntryLength;
}

/// <summary>Of whom an entry of an access list speaks, in the 16 bits that are stored.</summary>
public enum AclTag : ushort
{
    /// <summary>No entry.</summary>
    None = 0,

    /// <summary>The owner of the file.</summary>
    Owner = 0x01,

    /// <summary>A user who is named.</summary>
    User = 0x02,

    /// <summary>The group of the file.</summary>
    OwningGroup = 0x04,

    /// <summary>A group that is named.</summary>
    Group = 0x08,

    /// <summary>What named users and groups and the owning group get at most.</summary>
    Mask = 0x10,

    /// <summary>Everybody else.</summary>
    Other = 0x20,
}
