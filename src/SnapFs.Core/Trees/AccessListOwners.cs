using SnapFs.Owners;

namespace SnapFs.Trees;

/// <summary>
/// Finds the users and groups that a node's access list names, so that a page can hold their names as well: a restore or a
/// mount on another machine lets in by name, never by a number that may mean somebody else there.
/// </summary>
public static class AccessListOwners
{
    /// <summary>Adds the ids of access lists to the sets.</summary>
    /// <remarks>A list that does not stand in its node, as writers did with long ones, is passed over: nothing is granted by it to a
    /// number that somebody else may have.</remarks>
    public static void AddTo(ReadOnlySpan<byte> xattrs, SortedSet<uint> users, SortedSet<uint> groups)
    {
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            if (reader.IsExternal || !PosixAcl.IsList(reader.Name))
            {
                continue;
            }

            AclReader list = new(reader.Value);
            while (list.Next())
            {
                switch (list.Tag)
                {
                    case AclTag.User:
                        users.Add(list.Id);
                        break;
                    case AclTag.Group:
                        groups.Add(list.Id);
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
            count += !reader.IsExternal && PosixAcl.IsList(reader.Name) ? AclReader.MaxEntries(reader.Value.Length) : 0;
        }

        return count;
    }
}
