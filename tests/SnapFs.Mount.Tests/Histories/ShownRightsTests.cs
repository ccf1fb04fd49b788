using System.Buffers.Binary;
using SnapFs.Mount.Histories;
using SnapFs.Owners;
using SnapFs.Testing;

namespace SnapFs.Mount.Tests.Histories;

/// <summary>Nobody may use a directory of all snapshots whom not each of them would let.</summary>
public sealed class ShownRightsTests
{
    private const uint People = 4;

    [Fact]
    public void Nobody_gains_by_what_several_directories_have_in_common() => Seeds.ForEach(3000, random =>
    {
        ShownRights[] all = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random))];
        ShownRights shown = ShownRights.Narrowest(all);
        for (uint user = 1; user <= People; user++)
        {
            for (uint groups = 0; groups < 1 << (int)People; groups++)
            {
                foreach (uint wanted in (uint[])[1, 4, 5])
                {
                    Assert.True(
                        !Allows(shown, user, groups, wanted) || all.All(one => Allows(one, user, groups, wanted)),
                        $"user {user} of groups {groups:b}: {wanted} by {shown}");
                }
            }
        }
    });

    [Fact]
    public void Rights_that_are_the_same_everywhere_stay_with_their_access_list()
    {
        byte[] list = PosixAcl.Of(7, [(3, 5)], group: 0, mask: 5, other: 0);
        ShownRights one = new(1, 2, 0x1E8, list);
        ShownRights shown = ShownRights.Narrowest([one, new(1, 2, 0x1E8, [.. list])]);
        Assert.Equal(one, shown);
    }

    [Theory]
    [InlineData(0x1ED, 0x1C0, 0x1C0)] // 0755 and 0700
    [InlineData(0x1E8, 0x1C5, 0x1C0)] // 0750 and 0705
    [InlineData(0x1ED, 0x1ED, 0x1ED)]
    public void Each_class_gets_what_all_give_it(uint first, uint second, uint expected) =>
        Assert.Equal(expected, ShownRights.Narrowest([new(1, 1, first, null), new(1, 1, second, null)]).Mode);

    private static ShownRights Next(Random random)
    {
        uint owner = (uint)random.Next(1, 3);
        uint group = (uint)random.Next(1, 3);
        uint mode = (uint)random.Next(0x200);
        if (random.Next(2) == 0)
        {
            return new ShownRights(owner, group, mode, null);
        }

        byte[] list = PosixAcl.Of(
            mode >> 6,
            [.. Enumerable.Range(1, (int)People).Where(_ => random.Next(3) == 0).Select(user => ((uint)user, (uint)random.Next(8)))],
            (uint)random.Next(8),
            (mode >> 3) & 7,
            mode & 7);
        for (int at = 4; at < list.Length; at += 8)
        {
            if (list[at] == (byte)AclTag.User && random.Next(2) == 0)
            {
                list[at] = (byte)AclTag.Group;
            }
        }

        return new ShownRights(owner, group, mode, list);
    }

    /// <summary>What Linux says (<c>acl_permission_check</c> in <c>fs/namei.c</c>, <c>posix_acl_permission</c>).</summary>
    private static bool Allows(ShownRights rights, uint user, uint groups, uint wanted)
    {
        bool IsIn(uint group) => group > 0 && (groups & (1 << (int)(group - 1))) != 0;

        if (user == rights.UserId)
        {
            return (wanted & ~(rights.Mode >> 6)) == 0;
        }

        if (rights.List is not { } list)
        {
            return (wanted & ~(IsIn(rights.GroupId) ? rights.Mode >> 3 : rights.Mode)) == 0;
        }

        uint mask = (rights.Mode >> 3) & 7;
        List<(AclTag Tag, uint Permissions, uint Id)> entries = [];
        for (int at = 4; at < list.Length; at += 8)
        {
            entries.Add(((AclTag)list[at], list[at + 2], BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(at + 4))));
        }

        foreach ((AclTag tag, uint permissions, uint id) in entries)
        {
            if (tag == AclTag.User && id == user)
            {
                return (wanted & ~(permissions & mask)) == 0;
            }
        }

        uint[] ofGroups =
        [
            .. entries.Where(entry => entry.Tag == AclTag.OwningGroup && IsIn(rights.GroupId)).Select(entry => entry.Permissions),
            .. entries.Where(entry => entry.Tag == AclTag.Group && IsIn(entry.Id)).Select(entry => entry.Permissions),
        ];
        return ofGroups.Length > 0
            ? ofGroups.Any(permissions => (wanted & ~(permissions & mask)) == 0)
            : (wanted & ~rights.Mode & 7) == 0;
    }
}
