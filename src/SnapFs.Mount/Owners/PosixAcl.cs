using System.Buffers.Binary;

namespace SnapFs.Mount.Owners;

/// <summary>
/// Reads the access lists of Linux (<c>linux/posix_acl_xattr.h</c>, version 2) and narrows one to what is certain here:
/// nobody gains by it, some may lose.
/// </summary>
/// <remarks>
/// Entries carry the source's numbers. One whose name is known here is kept under this system's number. Any other is
/// taken out, and everybody it might have meant is held to what it allowed: a user's entry limits the group, every
/// named group and the others, a group's entry limits the others.
/// </remarks>
public static class PosixAcl
{
    internal static ReadOnlySpan<byte> AccessName => "system.posix_acl_access"u8;

    /// <summary>What the names of access and default lists begin with.</summary>
    internal static ReadOnlySpan<byte> Prefix => "system.posix_acl_"u8;

    private const uint Version = 2;
    private const int HeaderLength = 4;
    private const int EntryLength = 8;
    private const ushort Owner = 0x01;
    private const ushort User = 0x02;
    private const ushort OwningGroup = 0x04;
    private const ushort Group = 0x08;
    private const ushort Mask = 0x10;
    private const ushort Other = 0x20;

    /// <summary>Gives an archived number's number here, or null if no name proves it.</summary>
    internal delegate uint? Resolver(uint id, bool isUser);

    /// <summary>Narrows a list.</summary>
    /// <param name="list">The value of the attribute.</param>
    /// <param name="mode">The archived mode; its group bits are the list's mask.</param>
    /// <param name="isOwnerLost">Whether the owner is unknown here, so that nobody may have what the owner may.</param>
    /// <param name="isGroupLost">Whether the group is.</param>
    /// <param name="resolve">Knows this system's owners.</param>
    /// <param name="narrowed">The list to enforce; null if the mode says it all.</param>
    /// <returns>The mode to enforce.</returns>
    internal static uint Narrow(
        ReadOnlySpan<byte> list, uint mode, bool isOwnerLost, bool isGroupLost, Resolver resolve, out byte[]? narrowed)
    {
        narrowed = null;
        if (!TryParse(list, out List<Entry> entries))
        {
            return mode & ~0x3FU; // what cannot be read grants nothing to anybody but the owner
        }

        ushort mask = entries.Find(entry => entry.Tag == Mask) is { Tag: Mask } found ? found.Permissions : (ushort)7;
        int userLimit = 7;
        int groupLimit = 7;
        List<Entry> named = [];
        foreach (Entry entry in entries.Where(entry => entry.Tag is User or Group))
        {
            if (resolve(entry.Id, entry.Tag == User) is { } id)
            {
                named.Add(entry with { Id = id });
            }
            else if (entry.Tag == User)
            {
                userLimit &= entry.Permissions & mask;
            }
            else
            {
                groupLimit &= entry.Permissions & mask;
            }
        }

        int owner = isOwnerLost ? 0 : PermissionsOf(entries, Owner);
        int group = isGroupLost ? 0 : PermissionsOf(entries, OwningGroup) & userLimit;
        int other = PermissionsOf(entries, Other) & userLimit & groupLimit;
        uint special = Without(mode, isOwnerLost, isGroupLost) & 0xE00;
        if (named.Count == 0)
        {
            return special | ((uint)owner << 6) | ((uint)(group & mask) << 3) | (uint)other;
        }

        narrowed = Write(owner, named, group, mask, other, userLimit);
        return special | ((uint)owner << 6) | ((uint)mask << 3) | (uint)other;
    }

    /// <summary>A mode without what it gives to an owner or a group, set-id bits too.</summary>
    internal static uint Without(uint mode, bool isOwnerLost, bool isGroupLost)
    {
        const uint ofOwner = 0x9C0; // 04700
        const uint ofGroup = 0x438; // 02070
        return mode & ~((isOwnerLost ? ofOwner : 0) | (isGroupLost ? ofGroup : 0));
    }

    /// <summary>Makes a list that names users and no groups.</summary>
    /// <param name="owner">Permissions of the owner: 4 read, 2 write, 1 execute.</param>
    /// <param name="users">Users and their permissions.</param>
    /// <param name="group">Permissions of the owning group.</param>
    /// <param name="mask">What named users and the group get at most.</param>
    /// <param name="other">Permissions of everybody else.</param>
    public static byte[] Of(
        uint owner, IEnumerable<(uint User, uint Permissions)> users, uint group, uint mask, uint other) => Write(
        (int)owner,
        [.. users.Select(entry => new Entry(User, (ushort)entry.Permissions, entry.User))],
        (int)group, (ushort)mask, (int)other, userLimit: 7);

    private static int PermissionsOf(List<Entry> entries, ushort tag)
    {
        int index = entries.FindIndex(entry => entry.Tag == tag);
        return index < 0 ? 0 : entries[index].Permissions;
    }

    private static bool TryParse(ReadOnlySpan<byte> list, out List<Entry> entries)
    {
        entries = [];
        if (list.Length < HeaderLength || (list.Length - HeaderLength) % EntryLength != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(list) != Version)
        {
            return false;
        }

        for (ReadOnlySpan<byte> rest = list[HeaderLength..]; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            Entry entry = new(
                BinaryPrimitives.ReadUInt16LittleEndian(rest),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
                BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            if (entry.Permissions > 7 || entry.Tag is not (Owner or User or OwningGroup or Group or Mask or Other))
            {
                return false;
            }

            entries.Add(entry);
        }

        return true;
    }

    private static byte[] Write(int owner, List<Entry> named, int group, int mask, int other, int userLimit)
    {
        List<Entry> entries =
        [
            new(Owner, (ushort)owner, uint.MaxValue),
            .. named.Where(entry => entry.Tag == User).OrderBy(entry => entry.Id),
            new(OwningGroup, (ushort)group, uint.MaxValue),
            .. named.Where(entry => entry.Tag == Group).OrderBy(entry => entry.Id)
                .Select(entry => entry with { Permissions = (ushort)(entry.Permissions & userLimit) }),
            new(Mask, (ushort)mask, uint.MaxValue),
            new(Other, (ushort)other, uint.MaxValue),
        ];
        byte[] list = new byte[HeaderLength + (entries.Count * EntryLength)];
        BinaryPrimitives.WriteUInt32LittleEndian(list, Version);
        Span<byte> rest = list.AsSpan(HeaderLength);
        foreach (Entry entry in entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, entry.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], entry.Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], entry.Id);
            rest = rest[EntryLength..];
        }

        return list;
    }

    private readonly record struct Entry(ushort Tag, ushort Permissions, uint Id);
}
