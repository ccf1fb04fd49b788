using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Names;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Names;

/// <summary>Who is in which group, after or before the names.</summary>
public sealed class PtsMembershipTests
{
    private const int Staff = -206;
    private const string Names =
        "Name                          ID  Owner Creator\nanonymous                   32766   -204    -204\n"
        + "alice                        1001   -204       1\nbob                          1002   -204       1\n"
        + "guest@other.example          1003   -204       1\nstaff                        -206   -204       1\n";

    [Theory]
    [InlineData("Members of staff (id: -206) are:\n  alice\n  bob\n")]
    [InlineData("Members of staff (id: -206) are:\r\n  alice\r\n  bob\r\n")]
    [InlineData("Expanded Members of staff (id: -206) are:\n  alice\n  bob\n")]
    [InlineData("Members of staff (id: -206) are:\n\tbob  \n  alice")]
    [InlineData("Members of odd (id: 7) name (id: -206) are:\n  bob\n  alice\n  alice\n")]
    [InlineData("Members of staff (id: -206) are:\n  nobody-known\nMembers of staff (id: -206) are:\n  alice\n  bob\n")]
    [InlineData("Members of staff (id: -206) are:\n  alice\n \n  bob\nGroups bob (id: 1002) is a member of:\n  nobody-known\n")]
    public void Members_are_found_before_and_after_the_names(string membership)
    {
        foreach (PtsNames names in (PtsNames[])[Parse(Names + membership), Parse($"{membership}\n{Names}")])
        {
            PtsGroup? staff = names.GroupOf(Staff);
            Assert.NotNull(staff);
            Assert.Equal([1001, 1002], staff.Members.Order());
            Assert.True(staff.IsComplete);
            Assert.Equal("alice", names.NameOf(1001));
            Assert.Equal(5, names.Count);
        }
    }

    [Fact]
    public void A_group_without_members_is_known_to_have_none()
    {
        PtsGroup? staff = Parse(Names + "Members of staff (id: -206) are:\n").GroupOf(Staff);

        Assert.Equal(new PtsGroup(staff!.Members, IsComplete: true), staff);
        Assert.Empty(staff.Members);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  alice\n  bob\n")]
    [InlineData("Members of staff (id: 206) are:\n  alice\n")]
    [InlineData("Members of staff (id: -206) is:\n  alice\n")]
    [InlineData("Members of staff are:\n  alice\n")]
    [InlineData("Members of (id: -99999999999) are:\n  alice\n")]
    [InlineData("Groups alice (id: -206) is a member of:\n  alice\n")]
    [InlineData(" Members of staff (id: -206) are:\n  alice\n")]
    public void Without_a_heading_nothing_is_known_of_a_group(string membership) =>
        Assert.Null(Parse(Names + membership).GroupOf(Staff));

    [Theory]
    [InlineData("stranger")]
    [InlineData("staff")]
    [InlineData("two")]
    public void A_member_without_one_user_id_makes_a_list_incomplete(string member)
    {
        PtsGroup? staff = Parse($"{Names}two 5\ntwo 6\nMembers of staff (id: -206) are:\n  alice\n  {member}\n").GroupOf(Staff);

        Assert.Equal([1001], staff!.Members);
        Assert.False(staff.IsComplete);
    }

    [Fact]
    public void Users_are_those_who_can_have_a_ticket_of_the_cell()
    {
        PtsNames names = Parse(Names);

        Assert.Equal([1001, 1002], names.Users.Order());
        Assert.False(names.IsUser(Staff));
        Assert.False(names.IsUser(AfsIds.Anonymous));
        Assert.False(names.IsUser(1003));
        Assert.False(names.IsUser(1004));
    }

    [Fact]
    public void More_lines_than_any_cell_has_are_refused()
    {
        byte[] text = [.. "a 1\n"u8, .. "Members of x (id: -2) are:\n"u8, .. new byte[3 * PtsNames.MaxLines]];
        for (int i = text.Length - (3 * PtsNames.MaxLines); i < text.Length; i += 3)
        {
            " a\n"u8.CopyTo(text.AsSpan(i));
        }

        InvalidEncodingException e = Assert.Throws<InvalidEncodingException>(() => PtsNames.Parse(text));
        Assert.Contains("at most 1000000 lines", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_taken_or_refused() => Seeds.ForEach(500, random =>
    {
        byte[] text = Encoding.ASCII.GetBytes($"{Names}Members of staff (id: -206) are:\n  alice\n  bob\nMembers of x (id: -2) are:\n");
        for (int i = random.Next(20); i > 0; i--)
        {
            text[random.Next(text.Length)] = random.Next(3) == 0 ? (byte)'\n' : (byte)random.Next(256);
        }

        try
        {
            PtsNames names = PtsNames.Parse(text);
            Assert.All(
                names.GroupOf(Staff)?.Members ?? new HashSet<int>(), id => Assert.True(id > 0 && names.NameOf(id) is not null));
        }
        catch (InvalidEncodingException)
        {
        }
    });

    private static PtsNames Parse(string text) => PtsNames.Parse(Encoding.UTF8.GetBytes(text));
}
