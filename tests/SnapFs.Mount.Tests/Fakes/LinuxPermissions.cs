using System.Buffers.Binary;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>What Linux makes of a mode and an access list (<c>acl_permission_check</c> in <c>fs/namei.c</c>).</summary>
internal static class LinuxPermissions
{
    private const byte NamedUser = 2;

    /// <summary>What is granted to a user who is in no group of the node: 4 read, 2 write, 1 execute.</summary>
    /// <param name="user">Who asks; not root.</param>
    /// <param name="owner">The owner of the node.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="list">The value of <c>system.posix_acl_access</c>; null if there is none.</param>
    public static uint Of(uint user, uint owner, uint mode, byte[]? list)
    {
        if (user == owner)
        {
            return (mode >> 6) & 7;
        }

        uint mask = (mode >> 3) & 7;
        for (int at = 4; list is not null && mask != 0 && at < list.Length; at += 8)
        {
            if (list[at] == NamedUser && BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(at + 4)) == user)
            {
                return list[at + 2] & mask;
            }
        }

        return mode & 7;
    }
}
