using System.Buffers.Binary;

namespace SnapFs.Testing.Trees;

public sealed partial class TortureTree
{
    private const ushort AclUserObject = 0x01;
    private const ushort AclUser = 0x02;
    private const ushort AclGroupObject = 0x04;
    private const ushort AclGroup = 0x08;
    private const ushort AclMask = 0x10;
    private const ushort AclOther = 0x20;
    private const uint AclNoId = uint.MaxValue;

    private void MakeXattrs(DirectoryHandle directory)
    {
        directory.WriteFile("user"u8, "u"u8);
        directory.SetXattr("user"u8, "user.snapfs.text", "some text"u8);
        directory.SetXattr("user"u8, "user.snapfs.binary", [0, 1, 0xff, 0, 0x0a]);
        directory.SetXattr("user"u8, "user.snapfs.empty", []);
        directory.SetXattr("user"u8, "user." + new string('k', 250), "the longest name"u8);
        directory.SetXattr("user"u8, "user.näme with spaces=and equals", "x"u8);
        directory.WriteFile("large value"u8, []);
        TryXattr(directory, "large value"u8, "user.large", RandomBytes(3000));
        directory.MakeDirectory("directory"u8).Dispose();
        directory.SetXattr("directory"u8, "user.on.directory", "d"u8);
        directory.WriteFile("many"u8, "m"u8);
        for (int i = 0; i < 50; i++)
        {
            directory.SetXattr("many"u8, $"user.many.{i}", [(byte)i]);
        }

        MakeAcls(directory);
        if (!isRoot)
        {
            leftOut.Add("trusted attributes, capabilities and foreign owners need root");
            return;
        }

        directory.WriteFile("trusted"u8, "t"u8);
        directory.SetXattr("trusted"u8, "trusted.snapfs", "only root sees it"u8);
        directory.SetXattr("trusted"u8, "trusted.empty", []);
        directory.MakeSymlink("symlink"u8, "trusted"u8);
        directory.SetXattr("symlink"u8, "trusted.on.symlink", "s"u8);
        directory.MakeNode("fifo"u8, Fifo | 0b110_000_000);
        directory.SetXattr("fifo"u8, "trusted.on.fifo", "f"u8);
        directory.WriteFile("capability"u8, "#!/bin/true\n"u8);
        directory.SetMode("capability"u8, 0b111_101_101);
        directory.SetXattr("capability"u8, "security.capability", CapabilityNetRaw());
        MakeOwners(directory);
    }

    private void MakeAcls(DirectoryHandle directory)
    {
        byte[] access = Acl(
            (AclUserObject, 7, AclNoId), (AclUser, 5, 4242), (AclUser, 0, 65_534), (AclGroupObject, 5, AclNoId),
            (AclGroup, 6, 4_000_000_000), (AclMask, 7, AclNoId), (AclOther, 4, AclNoId));
        byte[] inherited = Acl(
            (AclUserObject, 7, AclNoId), (AclUser, 7, 4242), (AclGroupObject, 5, AclNoId), (AclMask, 7, AclNoId),
            (AclOther, 0, AclNoId));
        directory.WriteFile("access acl"u8, "a"u8);
        directory.MakeDirectory("both acls"u8).Dispose();
        TryXattr(directory, "access acl"u8, "system.posix_acl_access", access);
        TryXattr(directory, "both acls"u8, "system.posix_acl_access", access);
        TryXattr(directory, "both acls"u8, "system.posix_acl_default", inherited);
        using DirectoryHandle both = directory.Enter("both acls"u8);
        both.WriteFile("inherits"u8, "i"u8);
        both.MakeDirectory("inherits both"u8).Dispose();
    }

    private static void MakeOwners(DirectoryHandle directory)
    {
        (string Name, uint User, uint Group)[] owners =
        [
            ("owned by daemon", 1, 1), ("owned by nobody", 65_534, 65_534), ("owner without a name", 4_242, 4_243),
            ("largest ids", 4_294_967_294, 4_294_967_294), ("above 31 bits", 3_000_000_000, 2_147_483_648),
        ];
        foreach ((string name, uint user, uint group) in owners)
        {
            directory.WriteFile(name.ToBytes(), "o"u8);
            directory.SetOwner(name.ToBytes(), user, group);
        }

        directory.MakeSymlink("symlink of a user"u8, "x"u8);
        directory.SetOwner("symlink of a user"u8, 4_242, 1);
        directory.MakeDirectory("directory of a user"u8).Dispose();
        directory.SetOwner("directory of a user"u8, 4_242, 4_242);
        directory.SetMode("directory of a user"u8, 0b111_000_000);
        directory.WriteFile("setuid of a user"u8, "s"u8);
        directory.SetOwner("setuid of a user"u8, 4_242, 4_242);
        directory.SetMode("setuid of a user"u8, 0b110_111_101_101);

        // Only root can read these back.
        directory.WriteFile("no permissions"u8, "n"u8);
        directory.SetMode("no permissions"u8, 0);
        directory.MakeDirectory("directory without permissions"u8).Dispose();
        using (DirectoryHandle closed = directory.Enter("directory without permissions"u8))
        {
            closed.WriteFile("inside"u8, "i"u8);
        }

        directory.SetMode("directory without permissions"u8, 0);
    }

    private void TryXattr(DirectoryHandle directory, ReadOnlySpan<byte> name, string attribute, byte[] value)
    {
        try
        {
            directory.SetXattr(name, attribute, value);
        }
        catch (IOException e)
        {
            leftOut.Add(e.Message);
        }
    }

    /// <summary>The raw value of a POSIX ACL, version 2 of linux/posix_acl_xattr.h.</summary>
    private static byte[] Acl(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        byte[] value = new byte[4 + (8 * entries.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, 2);
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = value.AsSpan(4 + (8 * i), 8);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[i].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Id);
        }

        return value;
    }

    /// <summary>CAP_NET_RAW permitted and effective, revision 2 of linux/capability.h.</summary>
    private static byte[] CapabilityNetRaw()
    {
        byte[] value = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(value, 0x0200_0001);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(4), 1u << 13);
        return value;
    }
}
