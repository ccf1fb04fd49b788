using System.Buffers.Binary;

namespace SnapFs.Trees;

/// <summary>
/// Finds the users and groups that a node's access list names, so that a page can hold their names as well: a restore or a
/// mount on another machine lets in by name, never by a number that may mean somebody else there.
/// </summary>
public static class AccessListOwners
{
    private const int HeaderLength = 4;
    private const int EntryLength = 8;
    private const ushort User = 0x02;
    private const ushort Group = 0x08;

    /// <summary>Whether an attribute is an access list of Linux (linux/posix_acl_xattr.h): of the file, or for what is made in the
    /// directory.</summary>
    public static bool IsList(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("system.posix_acl_access"u8) || name.SequenceEqual("system.posix_acl_default"u8);

    /// <summary>Adds the ids of access lists to the sets.</summary>
    /// <remarks>A list that does not stand in its node, as writers did with long ones, is passed over: nothing is granted by it to a
    /// number that somebody else may have.</remarks>
    public static void AddTo(ReadOnlySpan<byte> xattrs, SortedSet<uint> users, SortedSet<uint> groups)
    {
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            if (reader.IsExternal || !IsList(reader.Name))
            {
                continue;
            }

            ReadOnlySpan<byte> list = reader.Value;
            for (int at = HeaderLength; at + EntryLength <= list.Length; at += EntryLength)
            {
                uint id = BinaryPrimitives.ReadUInt32LittleEndian(list[(at + 4)..]);
                switch (BinaryPrimitives.ReadUInt16LittleEndian(list[at..]))
                {
                    case User:
                        users.Add(id);
                        break;
                    case Group:
                        groups.Add(id);
                        break;
                }
            }
        }
    }

    /// <summary>The most ids that <see cref="AddTo"/> would add.</summary>
    public static int Count(ReadOnlySpan<byte> xattrs)
    {
        int count = 0;
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            count += !reader.IsExternal && IsList(reader.Name) ? reader.Value.Length / EntryLength : 0;
        }

        return count;
    }
}
