using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Names;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Acls;

/// <summary>Who may do what by an access list. Denials are written with <c>not</c>.</summary>
public sealed class AfsEffectiveRightsTests
{
    private const int Alice = 1001;
    private const int Bob = 1002;
    private const int Carol = 1003;
    private const int Root = 1;

    /// <summary>staff are alice and a name without an id; crew is bob; nothing is known of guests.</summary>
    private const string Names = """
        anonymous 32766
        admin 1
        alice 1001
        bob 1002
        carol 1003
        visitor@other.example 1004
        system:administrators -204
        staff -206
        crew -207
        guests -208
        empty -209
        Members of system:administrators (id: -204) are:
          admin
        Members of staff (id: -206) are:
          alice
          renamed
        Members of crew (id: -207) are:
          bob
        Members of empty (id: -209) are:
        """;

    /// <summary>For each list what alice, bob, carol, admin and others may.</summary>
    public static TheoryData<string, string, string, string, string, string> Lists => new()
    {
        { "", "", "", "", "l", "" }, // a file server lets administrators look at every directory
        { "alice rlidwka", "rlidwk", "", "", "l", "" },
        { "alice rl, bob l", "rl", "l", "", "l", "" },
        { "alice r, alice l", "rl", "", "", "l", "" },
        { "system:anyuser rl", "rl", "rl", "rl", "rl", "rl" },
        { "system:anyuser l, alice r", "rl", "l", "l", "l", "l" },
        { "system:authuser rl", "rl", "rl", "rl", "rl", "" },
        { "system:authuser rl, system:anyuser l", "rl", "rl", "rl", "rl", "l" },
        { "system:administrators rlidwka", "", "", "", "rlidwk", "" },

        // Groups grant to the members that are known, and to nobody else.
        { "staff rl", "rl", "", "", "l", "" },
        { "crew rl", "", "rl", "", "l", "" },
        { "crew r, bob l, system:anyuser i", "i", "rli", "i", "li", "i" },
        { "guests rl", "", "", "", "l", "" },
        { "empty rl", "", "", "", "l", "" },

        // Denials win over whatever grants.
        { "system:anyuser rl, not bob r", "rl", "l", "rl", "rl", "rl" },
        { "bob rl, not bob rl", "", "", "", "l", "" },
        { "system:authuser rl, not crew rl", "rl", "", "rl", "rl", "" },
        { "crew rl, not bob r", "", "l", "", "l", "" },
        { "alice rl, bob rl, not system:anyuser r", "l", "l", "", "l", "" },
        { "alice rl, not empty rl", "rl", "", "", "l", "" },
        { "admin rl, not admin rl", "", "", "", "l", "" },

        // Others may have become users since the names were saved.
        { "system:anyuser rl, not system:authuser r", "l", "l", "l", "l", "l" },
        { "system:anyuser rl, not 5555 r", "rl", "rl", "rl", "rl", "l" },
        { "system:anyuser rl, not visitor@other.example r", "rl", "rl", "rl", "rl", "l" },
        { "system:anyuser rl, not anonymous r", "rl", "rl", "rl", "rl", "l" },
        { "system:anyuser rl, not 0 r", "rl", "rl", "rl", "rl", "l" },

        // Anybody may be in a group that is not wholly known.
        { "system:anyuser rl, alice rl, not guests r", "l", "l", "l", "l", "l" },
        { "system:anyuser rl, alice rl, not staff r", "l", "l", "l", "l", "l" },
        { "system:anyuser rl, not 7777777 r, not guests l", "r", "r", "r", "rl", "" },

        // Whom nobody here can be.
        { "5555 rl", "", "", "", "l", "" },
        { "anonymous rl", "", "", "", "l", "rl" },
        { "visitor@other.example rl", "", "", "", "l", "" },
        { "2147483647 rl, 2147483646 rl", "", "", "", "l", "" },
        { "0 rl, -2147483648 rl", "", "", "", "l", "" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void Rights_are_those_a_file_server_gives_or_less(
        string entries, string alice, string bob, string carol, string admin, string others)
    {
        PtsNames names = Read(Names);
        AfsEffectiveRights rights = new(Parse(entries, names), names);

        Assert.Equal(
            (alice, bob, carol, admin, others),
            (Letters(rights.RightsOf(Alice)), Letters(rights.RightsOf(Bob)), Letters(rights.RightsOf(Carol)),
                Letters(rights.RightsOf(Root)), Letters(rights.Others)));
        Assert.All(
            names.Users.Where(user => !rights.Listed.Contains(user)), user => Assert.Equal(rights.Users, rights.RightsOf(user)));
    }

    [Fact]
    public void Without_names_only_everybody_gets_something()
    {
        AfsAccessList list = new(
            [new(Alice, (AfsRights)0x7F), new(-206, (AfsRights)0x7F), new(AfsIds.AnyUser, AfsRights.Lookup | AfsRights.Read)], []);
        AfsEffectiveRights rights = new(list, PtsNames.None);

        Assert.Empty(rights.Listed);
        Assert.Equal(AfsRights.Lookup | AfsRights.Read, rights.Others);
        Assert.Equal(AfsRights.None, new AfsEffectiveRights(new AfsAccessList(list.Positive, [new(-206, AfsRights.Lookup),
            new(Alice, AfsRights.Read)]), PtsNames.None).Others);
    }

    /// <summary>Takes names and members away. Who then is no user any more gets what others get.</summary>
    [Fact]
    public void Knowing_less_never_gives_more() => Seeds.ForEach(500, random =>
    {
        string[] groups = Names.Split("Members of ");
        groups = [.. groups.Select(group => group.Replace("  renamed\n", "", StringComparison.Ordinal)), "x (id: -208) are:\n  carol"];
        PtsNames all = Read(string.Join("\nMembers of ", groups));
        PtsNames some = Read(string.Join("\nMembers of ", groups.Where((group, index) => index == 0 || random.Next(3) > 0)
            .Select(group => string.Join('\n', group.Split('\n').Where(
                line => line.StartsWith("anon", StringComparison.Ordinal) || line.Contains('(', StringComparison.Ordinal)
                    || line.StartsWith(' ') || random.Next(4) > 0)))));
        int[] ids = [AfsIds.AnyUser, AfsIds.AuthenticatedUser, -204, -206, -207, -208, -209, 1, 1001, 1002, 1003, 1004, 9];
        AfsAccessEntry[] entries() => [.. Enumerable.Range(0, random.Next(6)).Select(
            _ => new AfsAccessEntry(ids[random.Next(ids.Length)], (AfsRights)random.Next(128)))];
        AfsAccessList list = new(entries(), entries());

        AfsEffectiveRights full = new(list, all);
        AfsEffectiveRights less = new(list, some);

        Assert.All(all.Users, user => Assert.Equal(
            AfsRights.None, (some.IsUser(user) ? less.RightsOf(user) : less.Others) & ~full.RightsOf(user)));
        Assert.Equal(AfsRights.None, less.Others & ~full.Others);
    });

    private static PtsNames Read(string text) => PtsNames.Parse(Encoding.UTF8.GetBytes(text));

    private static AfsAccessList Parse(string entries, PtsNames names)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal)
        {
            ["system:anyuser"] = AfsIds.AnyUser,
            ["system:authuser"] = AfsIds.AuthenticatedUser,
        };
        foreach (int id in (int[])[32766, 1, 1001, 1002, 1003, 1004, -204, -206, -207, -208, -209])
        {
            ids[names.NameOf(id)!] = id; // all are in the list above
        }

        List<AfsAccessEntry> positive = [];
        List<AfsAccessEntry> negative = [];
        foreach (string[] words in entries.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split(' ')))
        {
            string who = words[^2];
            AfsAccessEntry entry = new(ids.TryGetValue(who, out int id) ? id : int.Parse(who, null), Rights(words[^1]));
            (words[0] == "not" ? negative : positive).Add(entry);
        }

        return new AfsAccessList(positive, negative);
    }

    private static AfsRights Rights(string letters) => letters.Aggregate(
        AfsRights.None, (rights, letter) => rights | (AfsRights)(1 << "rwildka".IndexOf(letter, StringComparison.Ordinal)));

    /// <summary>Without <c>a</c>: administrators may always mend lists, which nobody does in a mount.</summary>
    private static string Letters(AfsRights rights) => AfsAccessList.LettersOf(rights & ~AfsRights.Administer);
}
