using System.Buffers.Binary;
using SnapFs.Owners;

namespace SnapFs.Core.Tests.Owners;

public sealed class PosixAclTests
{
    private const ushort Owner = 1;
    private const ushort User = 2;
    private const ushort OwningGroup = 4;
    private const ushort Group = 8;
    private const ushort Mask = 16;
    private const ushort Other = 32;

    [Fact]
    public void A_user_whose_name_is_known_keeps_the_grant_under_this_systems_number()
    {
        byte[] list = List((Owner, 7, 0), (User, 6, 1005), (OwningGroup, 5, 0), (Mask, 7, 0), (Other, 1, 0));

        uint mode = PosixAcl.Narrow(
            list, 0x1F9, (id, isUser) => isUser && id == 1005 ? 2005u : null, LostOwners.None, out byte[]? narrowed, out _);

        Assert.Equal(0x1F9u, mode); // 0771
        Assert.Equal(List((Owner, 7, uint.MaxValue), (User, 6, 2005), (OwningGroup, 5, uint.MaxValue),
            (Mask, 7, uint.MaxValue), (Other, 1, uint.MaxValue)), narrowed);
    }

    [Fact]
    public void A_user_who_cannot_be_proved_is_dropped_and_nobody_gains_what_was_denied_to_him()
    {
        byte[] list = List((Owner, 7, 0), (User, 0, 1005), (OwningGroup, 5, 0), (Mask, 7, 0), (Other, 4, 0));

        uint mode = PosixAcl.Narrow(list, 0x1FC, (_, _) => null, LostOwners.None, out byte[]? narrowed, out int dropped);

        Assert.Null(narrowed);
        Assert.Equal(0x1C0u, mode); // 0700
    }

    [Fact]
    public void A_group_that_cannot_be_proved_limits_the_others_only()
    {
        byte[] list = List((Owner, 7, 0), (OwningGroup, 5, 0), (Group, 1, 50), (Mask, 5, 0), (Other, 7, 0));

        uint mode = PosixAcl.Narrow(list, 0x1EF, (_, _) => null, LostOwners.None, out byte[]? narrowed, out int dropped);

        Assert.Null(narrowed);
        Assert.Equal(0x1E9u, mode); // 0751
    }

    [Fact]
    public void The_mask_holds_for_the_owning_group_when_the_list_goes()
    {
        byte[] list = List((Owner, 6, 0), (User, 7, 1005), (OwningGroup, 7, 0), (Mask, 4, 0), (Other, 0, 0));
        Assert.Equal(0x1A0u, PosixAcl.Narrow(list, 0x1A0, (_, _) => null, LostOwners.None, out _, out _)); // 0640
    }

    [Theory]
    [InlineData("")]
    [InlineData("02000000ff")]
    [InlineData("0300000001000700ffffffff")]
    [InlineData("0200000001000900ffffffff")]
    [InlineData("0200000003000700ffffffff")]
    public void A_list_that_cannot_be_read_grants_only_to_the_owner(string hex)
    {
        uint mode = PosixAcl.Narrow(
            Convert.FromHexString(hex), 0x9FF, (_, _) => 1, LostOwners.None, out byte[]? narrowed, out int dropped);

        Assert.Equal((0x9C0u, -1), (mode, dropped));
        Assert.Null(narrowed);
        Assert.Null(PosixAcl.NarrowDefault(Convert.FromHexString(hex), (_, _) => 1, LostOwners.None, out _));
    }

    [Theory]
    [InlineData(0x1A0, 1, 0x1A0)] // 0640: the lost owner is root's file now, and root reads all
    [InlineData(0x9ED, 1, 0x1ED)] // 4755: no set-user-ID for another user
    [InlineData(0x03F, 1, 0x000)] // 0077: what was denied to the owner is denied to the others
    [InlineData(0x1A0, 2, 0x180)] // 0640: the group that stands in gets what others get
    [InlineData(0x5ED, 2, 0x1ED)] // 2755
    [InlineData(0x187, 2, 0x180)] // 0607: what was denied to the group is denied to the others
    [InlineData(0x1ED, 3, 0x1ED)] // 0755
    public void A_mode_is_narrowed_where_an_owner_is_lost(uint mode, int lost, uint expected) =>
        Assert.Equal(expected, PosixAcl.Narrow(mode, (LostOwners)lost));

    [Fact]
    public void A_mode_is_narrowed_as_a_list_that_says_the_same()
    {
        for (uint mode = 0; mode < 0x1000; mode++)
        {
            byte[] list = List(
                (Owner, (ushort)(mode >> 6 & 7), 0), (OwningGroup, (ushort)(mode >> 3 & 7), 0), (Other, (ushort)(mode & 7), 0));
            for (LostOwners lost = LostOwners.None; lost <= (LostOwners.User | LostOwners.Group); lost++)
            {
                Assert.Equal(PosixAcl.Narrow(list, mode, (_, _) => null, lost, out _, out _), PosixAcl.Narrow(mode, lost));
            }
        }
    }

    [Fact]
    public void Two_who_are_one_here_get_what_both_had()
    {
        byte[] list = List((Owner, 7, 0), (User, 6, 1), (User, 5, 2), (OwningGroup, 0, 0), (Mask, 7, 0), (Other, 0, 0));

        PosixAcl.Narrow(list, 0x1F8, (_, _) => 9, LostOwners.None, out byte[]? narrowed, out int dropped);

        Assert.Equal(0, dropped);
        Assert.Equal([(User, 4, 9u)], Parse(narrowed ?? []).Where(entry => entry.Tag == User));
    }

    [Fact]
    public void A_default_list_stays_one_when_nobody_it_names_is_known()
    {
        byte[] list = List((Owner, 7, 0), (User, 6, 1), (OwningGroup, 7, 0), (Mask, 5, 0), (Other, 4, 0));

        byte[]? narrowed = PosixAcl.NarrowDefault(list, (_, _) => null, LostOwners.None, out int dropped);

        Assert.Equal(1, dropped);
        Assert.Equal(List((Owner, 7, uint.MaxValue), (OwningGroup, 4, uint.MaxValue), (Other, 4, uint.MaxValue)), narrowed);
    }

    /// <summary>Checks every subject against the algorithm of acl(5), before and after. Users are 1 to 3, groups 10 to 12 with 10 the
    /// owning one; a lost owning group is one nobody here is in but root.</summary>
    [Fact]
    public void Nobody_ever_gains() => SnapFs.Testing.Seeds.ForEach(2000, random =>
    {
        List<(ushort Tag, ushort Permissions, uint Id)> entries =
        [
            (Owner, (ushort)random.Next(8), 0),
            .. Enumerable.Range(1, 2).Where(_ => random.Next(2) == 0).Select(id => (User, (ushort)random.Next(8), (uint)id)),
            (OwningGroup, (ushort)random.Next(8), 0),
            .. Enumerable.Range(11, 2).Where(_ => random.Next(2) == 0).Select(id => (Group, (ushort)random.Next(8), (uint)id)),
            (Mask, (ushort)random.Next(8), 0),
            (Other, (ushort)random.Next(8), 0),
        ];
        uint known = (uint)random.Next(16);
        LostOwners lost = (LostOwners)random.Next(4);
        bool IsKnown(uint id) => (known >> (int)(id % 10)) % 2 == 1;
        uint mode = PosixAcl.Narrow(
            List([.. entries]), 0, (id, _) => IsKnown(id) ? id : null, lost, out byte[]? narrowed, out _);
        List<(ushort Tag, ushort Permissions, uint Id)> after = narrowed is not null
            ? Parse(narrowed)
            : [(Owner, (ushort)((mode >> 6) & 7), 0), (OwningGroup, (ushort)((mode >> 3) & 7), 0), (Other, (ushort)(mode & 7), 0)];

        for (uint user = 1; user <= 3; user++)
        {
            for (int groups = 0; groups < 8; groups++)
            {
                for (ushort wanted = 1; wanted < 8; wanted++)
                {
                    // Whoever was in the lost group is in none here, and whoever is in its stand-in was not in it.
                    int groupsBefore = lost.HasFlag(LostOwners.Group) ? groups ^ 1 : groups;
                    bool may = Grants(after, user, groups, wanted);
                    Assert.True(
                        !may || Grants(entries, user, groupsBefore, wanted),
                        $"user {user} groups {groups} wants {wanted}, lost {lost}");
                }
            }
        }
    });

    private static bool Grants(List<(ushort Tag, ushort Permissions, uint Id)> list, uint user, int groups, ushort wanted)
    {
        int mask = list.Any(entry => entry.Tag == Mask) ? list.First(entry => entry.Tag == Mask).Permissions : 7;
        foreach ((ushort tag, ushort permissions, uint id) in list.Where(entry => entry.Tag == User && entry.Id == user))
        {
            return (permissions & mask & wanted) == wanted;
        }

        bool isInAny = false;
        foreach ((ushort tag, ushort permissions, uint id) in list.Where(entry => entry.Tag is OwningGroup or Group))
        {
            int bit = tag == OwningGroup ? 0 : (int)id - 10;
            if (((groups >> bit) & 1) == 1)
            {
                isInAny = true;
                if ((permissions & mask & wanted) == wanted)
                {
                    return true;
                }
            }
        }

        return !isInAny && (list.First(entry => entry.Tag == Other).Permissions & wanted) == wanted;
    }

    private static byte[] List(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        byte[] list = new byte[4 + (8 * entries.Length)];
        list[0] = 2;
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = list.AsSpan(4 + (8 * i));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[i].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Id);
        }

        return list;
    }

    private static List<(ushort Tag, ushort Permissions, uint Id)> Parse(byte[] list) =>
    [
        .. Enumerable.Range(0, (list.Length - 4) / 8).Select(i => (
            BinaryPrimitives.ReadUInt16LittleEndian(list.AsSpan(4 + (8 * i))),
            BinaryPrimitives.ReadUInt16LittleEndian(list.AsSpan(6 + (8 * i))),
            BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(8 + (8 * i))))),
    ];
}
