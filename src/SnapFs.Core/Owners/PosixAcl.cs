using System.Buffers.Binary;

namespace SnapFs.Owners;

/// <summary>
/// Reads the access lists of Linux (<c>linux/posix_acl_xattr.h</c>, version 2) and says them in numbers of this system.
/// Nobody gains by it, some may lose.
/// </summary>
/// <remarks>
/// Entries carry the source's numbers. One whose user or group is known here is kept under this system's number. Any other is
/// taken out, and everybody it might have meant is held to what it allowed: a user's entry limits the group, every named group
/// and the others, a group's entry limits the others. An owner or owning group that is lost, since somebody else here has its
/// number, counts in the same way.
/// </remarks>
public static class PosixAcl
{
    /// <summary>The attribute that says who may use a file.</summary>
    public static ReadOnlySpan<byte> AccessName => "system.posix_acl_access"u8;

    /// <summary>The attribute that says who may use what is made in a directory.</summary>
    public static ReadOnlySpan<byte> DefaultName => "system.posix_acl_default"u8;

    private const uint Version = 2;
    private const ushort Most = 7;
    private const uint SetUserId = 0x800;
    private const uint SetGroupId = 0x400;
    private const uint SpecialBits = 0xE00;

    /// <summary>Gives an archived number's number here, or null if nothing says who that is here.</summary>
    public delegate uint? Resolver(uint id, bool isUser);

    /// <summary>Whether an attribute is an access list: of the file, or for what is made in the directory.</summary>
    public static bool IsList(ReadOnlySpan<byte> name) => name.SequenceEqual(AccessName) || name.SequenceEqual(DefaultName);

    /// <summary>Narrows a mode without an access list to what is certain here, as a list would be that says the same.</summary>
    public static uint Narrow(uint mode, LostOwners lost)
    {
        if (lost == LostOwners.None)
        {
            return mode;
        }

        uint owner = (mode >> 6) & Most;
        uint group = (mode >> 3) & Most;
        uint other = mode & Most;
        uint userLimit = lost.HasFlag(LostOwners.User) ? owner : Most;
        uint groupLimit = lost.HasFlag(LostOwners.Group) ? group : Most;
        group = (lost.HasFlag(LostOwners.Group) ? group & other : group) & userLimit;
        return Special(mode, lost) | (owner << 6) | (group << 3) | (other & userLimit & groupLimit);
    }

    /// <summary>Narrows an access list and the mode that goes with it.</summary>
    /// <param name="list">The value of the attribute.</param>
    /// <param name="mode">The archived mode; its group bits are the list's mask.</param>
    /// <param name="resolve">Knows this system's owners.</param>
    /// <param name="lost">Which of the owners is another than in the archive.</param>
    /// <param name="narrowed">The list to enforce; null if the mode says it all.</param>
    /// <param name="dropped">Entries that were taken out; -1 if the list cannot be read.</param>
    /// <returns>The mode to enforce.</returns>
    public static uint Narrow(
        ReadOnlySpan<byte> list, uint mode, Resolver resolve, LostOwners lost, out byte[]? narrowed, out int dropped)
    {
        narrowed = null;
        dropped = -1;
        uint special = Special(mode, lost);
        return TryParse(list, out List<Entry> entries)
            ? Narrow(entries, special, resolve, lost, out narrowed, out dropped)
            : special | (mode & 0x1C0U); // what cannot be read grants nothing to anybody but the owner
    }

    /// <summary>Narrows the list that a directory gives to what is made in it. There the owner is whoever makes it, and only a group
    /// can be lost.</summary>
    /// <returns>The list to set; null if it cannot be read.</returns>
    public static byte[]? NarrowDefault(ReadOnlySpan<byte> list, Resolver resolve, LostOwners lost, out int dropped)
    {
        dropped = -1;
        if (!TryParse(list, out List<Entry> entries))
        {
            return null;
        }

        uint mode = Narrow(entries, 0, resolve, lost & LostOwners.Group, out byte[]? narrowed, out dropped);
        List<Entry> bare = [];
        return narrowed ?? Write(
            (int)(mode >> 6) & 7, bare, (int)(mode >> 3) & 7, mask: null, (int)mode & 7);
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
        [.. users.Select(entry => new Entry(AclTag.User, (ushort)entry.Permissions, entry.User))],
        (int)group,
        (int)mask,
        (int)other);

    private static uint Special(uint mode, LostOwners lost)
    {
        uint special = mode & SpecialBits;
        special &= lost.HasFlag(LostOwners.User) ? ~SetUserId : uint.MaxValue;
        return lost.HasFlag(LostOwners.Group) ? special & ~SetGroupId : special;
    }

    private static uint Narrow(
        List<Entry> entries, uint special, Resolver resolve, LostOwners lost, out byte[]? narrowed, out int dropped)
    {
        narrowed = null;
        dropped = 0;
        int mask = entries.Find(entry => entry.Tag == AclTag.Mask) is { Tag: AclTag.Mask } found ? found.Permissions : Most;
        int userLimit = Most;
        int groupLimit = Most;
        List<Entry> named = [];
        foreach (Entry entry in entries.Where(entry => entry.Tag is AclTag.User or AclTag.Group))
        {
            if (resolve(entry.Id, entry.Tag == AclTag.User) is { } id)
            {
                Add(named, entry with { Id = id });
                continue;
            }

            dropped++;
            if (entry.Tag == AclTag.User)
            {
                userLimit &= entry.Permissions & mask;
            }
            else
            {
                groupLimit &= entry.Permissions & mask;
            }
        }

        int owner = PermissionsOf(entries, AclTag.Owner);
        int group = PermissionsOf(entries, AclTag.OwningGroup);
        if (lost.HasFlag(LostOwners.User))
        {
            userLimit &= owner; // the archived owner is one of the others now
        }

        if (lost.HasFlag(LostOwners.Group))
        {
            groupLimit &= group & mask; // and so are the members of the archived group
            group &= PermissionsOf(entries, AclTag.Other); // while those of the group that stands in were others or in a named group
            foreach (Entry entry in entries.Where(entry => entry.Tag == AclTag.Group))
            {
                group &= entry.Permissions;
            }
        }

        group &= userLimit;
        int other = PermissionsOf(entries, AclTag.Other) & userLimit & groupLimit;
        if (named.Count == 0)
        {
            return special | ((uint)owner << 6) | ((uint)(group & mask) << 3) | (uint)other;
        }

        for (int i = 0; i < named.Count; i++)
        {
            if (named[i].Tag == AclTag.Group)
            {
                named[i] = named[i] with { Permissions = (ushort)(named[i].Permissions & userLimit) };
            }
        }

        narrowed = Write(owner, named, group, mask, other);
        return special | ((uint)owner << 6) | ((uint)mask << 3) | (uint)other;
    }

    /// <summary>Two archived owners who are one here get what both had.</summary>
    private static void Add(List<Entry> named, Entry entry)
    {
        int same = named.FindIndex(other => other.Tag == entry.Tag && other.Id == entry.Id);
        if (same < 0)
        {
            named.Add(entry);
        }
        else
        {
            named[same] = entry with { Permissions = (ushort)(entry.Permissions & named[same].Permissions) };
        }
    }

    private static int PermissionsOf(List<Entry> entries, AclTag tag)
    {
        int index = entries.FindIndex(entry => entry.Tag == tag);
        return index < 0 ? 0 : entries[index].Permissions;
    }

    private static bool TryParse(ReadOnlySpan<byte> list, out List<Entry> entries)
    {
        entries = [];
        if (list.Length < AclReader.HeaderLength || (list.Length - AclReader.HeaderLength) % AclReader.EntryLength != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(list) != Version)
        {
            return false;
        }

        AclReader reader = new(list);
        while (reader.Next())
        {
            if (reader.Permissions > Most || reader.Tag == AclTag.None || !Enum.IsDefined(reader.Tag))
            {
                return false;
            }

            entries.Add(new Entry(reader.Tag, reader.Permissions, reader.Id));
        }

        return true;
    }

    private static byte[] Write(int owner, List<Entry> named, int group, int? mask, int other)
    {
        List<Entry> entries =
        [
            new(AclTag.Owner, (ushort)owner, uint.MaxValue),
            .. named.Where(entry => entry.Tag == AclTag.User).OrderBy(entry => entry.Id),
            new(AclTag.OwningGroup, (ushort)group, uint.MaxValue),
            .. named.Where(entry => entry.Tag == AclTag.Group).OrderBy(entry => entry.Id),
        ];
        if (mask is { } permissions)
        {
            entries.Add(new(AclTag.Mask, (ushort)permissions, uint.MaxValue));
        }

        entries.Add(new(AclTag.Other, (ushort)other, uint.MaxValue));
        byte[] list = new byte[AclReader.HeaderLength + (entries.Count * AclReader.EntryLength)];
        BinaryPrimitives.WriteUInt32LittleEndian(list, Version);
        Span<byte> rest = list.AsSpan(AclReader.HeaderLength);
        foreach (Entry entry in entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)entry.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], entry.Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], entry.Id);
            rest = rest[AclReader.EntryLength..];
        }

        return list;
    }

    private readonly record struct Entry(AclTag Tag, ushort Permissions, uint Id);
}
