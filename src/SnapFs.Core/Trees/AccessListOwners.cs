using System.Buffers.Binary;

namespace SnapFs.Trees;

/// <summary>
/// Finds the users and groups that a node's access list names, so that a page can hold their names as well: a mount on
/// another machine lets in by name, never by a number that may mean somebody else there.
/// </summary>
internal static class AccessListOwners
{
    private const int HeaderLength = 4;
    private const int EntryLength = 8;
    private const ushort User = 0x02;
    private const ushort Group = 0x08;

    /// <summary>Adds the ids of <c>system.posix_acl_access</c> (linux/posix_acl_xattr.h) to the sets.</summary>
    /// <remarks>A list too large to stand in its node is passed over: the mount grants nothing by it.</remarks>
    public static void AddTo(ReadOnlySpan<byte> xattrs, SortedSet<uint> users, SortedSet<uint> groups)
    {
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            if (reader.IsExternal || !reader.Name.SequenceEqual("system.posix_acl_access"u8))
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
}
