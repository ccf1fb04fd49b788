using System.Buffers.Binary;
using SnapFs.Posix.Owners;

namespace SnapFs.Posix.Acls;

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
internal static class PosixAcl
{
    internal static ReadOnlySpan<byte> AccessName => "system.posix_acl_access"u8;

    internal static ReadOnlySpan<byte> DefaultName => "system.posix_acl_default"u8;

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

    private const uint SetUserId = 0x800;
    private const uint SetGroupId = 0x400;
    private const uint SpecialBits = 0xE00;

    /// <summary>Gives an archived number's number here, or null if nothing says who that is here.</summary>
    internal delegate uint? Resolver(uint id, bool isUser);

    /// <summary>Narrows a mode without an access list to what is certain here.</summary>
    internal static uint Narrow(uint mode, LostOwners lost)
    {
        if (lost == LostOwners.None)
        {
            return mode;
        }

        List<Entry> entries =
        [
            new(Owner, (ushort)((mode >> 6) & 7), uint.MaxValue),
            new(OwningGroup, (ushort)((mode >> 3) & 7), uint.MaxValue),
            new(Other, (ushort)(mode & 7), uint.MaxValue),
        ];
        return Narrow(entries, Special(mode, lost), static (_, _) => null, lost, out _, out _);
    }

    /// <summary>Narrows an access list and the mode that goes with it.</summary>
    /// <param name="list">The value of the attribute.</param>
    /// <param name="mode">The archived mode; its group bits are the list's mask.</param>
    /// <param name="resolve">Knows this system's owners.</param>
    /// <param name="lost">Which of the owners is another than in the archive.</param>
    /// <param name="narrowed">The list to enforce; null if the mode says it all.</param>
    /// <param name="dropped">Entries that were taken out; -1 if the list cannot be read.</param>
    /// <returns>The mode to enforce.</returns>
    internal static uint Narrow(
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
    internal static byte[]? NarrowDefault(ReadOnlySpan<byte> list, Resolver resolve, LostOwners lost, out int dropped)
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
    internal static byte[] Of(
        uint owner, IEnumerable<(uint User, uint Permissions)> users, uint group, uint mask, uint other) => Write(
        (int)owner,
        [.. users.Select(entry => new Entry(User, (ushort)entry.Permissions, entry.User))],
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
        int mask = entries.Find(entry => entry.Tag == Mask) is { Tag: Mask } found ? found.Permissions : 7;
        int userLimit = 7;
        int groupLimit = 7;
        List<Entry> named = [];
        foreach (Entry entry in entries.Where(entry => entry.Tag is User or Group))
        {
            if (resolve(entry.Id, entry.Tag == User) is { } id)
            {
                Add(named, entry with { Id = id });
                continue;
            }

            dropped++;
            if (entry.Tag == User)
            {
                userLimit &= entry.Permissions & mask;
            }
            else
            {
                groupLimit &= entry.Permissions & mask;
            }
        }

        int owner = PermissionsOf(entries, Owner);
        int group = PermissionsOf(entries, OwningGroup);
        if (lost.HasFlag(LostOwners.User))
        {
            userLimit &= owner; // the archived owner is one of the others now
        }

        if (lost.HasFlag(LostOwners.Group))
        {
            groupLimit &= group & mask; // and so are the members of the archived group
            group &= PermissionsOf(entries, Other); // while those of the group that stands in were others or in a named group
            foreach (Entry entry in entries.Where(entry => entry.Tag == Group))
            {
                group &= entry.Permissions;
            }
        }

        group &= userLimit;
        int other = PermissionsOf(entries, Other) & userLimit & groupLimit;
        if (named.Count == 0)
        {
            return special | ((uint)owner << 6) | ((uint)(group & mask) << 3) | (uint)other;
        }

        for (int i = 0; i < named.Count; i++)
        {
            if (named[i].Tag == Group)
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

    private static byte[] Write(int owner, List<Entry> named, int group, int? mask, int other)
    {
        List<Entry> entries =
        [
            new(Owner, (ushort)owner, uint.MaxValue),
            .. named.Where(entry => entry.Tag == User).OrderBy(entry => entry.Id),
            new(OwningGroup, (ushort)group, uint.MaxValue),
            .. named.Where(entry => entry.Tag == Group).OrderBy(entry => entry.Id),
        ];
        if (mask is { } permissions)
        {
            entries.Add(new(Mask, (ushort)permissions, uint.MaxValue));
        }

        entries.Add(new(Other, (ushort)other, uint.MaxValue));
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
