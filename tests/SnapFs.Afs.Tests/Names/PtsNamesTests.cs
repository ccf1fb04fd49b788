using System.Text;
using SnapFs.Afs.Names;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Names;

/// <summary>Lists of names, as <c>pts</c> prints them and as nobody should.</summary>
public sealed class PtsNamesTests
{
    private const string Heading = "Name                          ID  Owner Creator\n";

    [Fact]
    public void What_pts_prints_gives_users_and_groups()
    {
        PtsNames names = Parse(
            Heading + "anonymous                   32766   -204    -204\nalice                        1001   -204       1\n"
            + "system:administrators        -204   -204    -204\n");

        Assert.Equal(3, names.Count);
        Assert.Equal("alice", names.NameOf(1001));
        Assert.Equal("system:administrators", names.NameOf(-204));
        Assert.Equal("alice"u8, names.UserName(1001));
        Assert.Null(names.NameOf(1002));
        Assert.True(names.UserName(1002).IsEmpty);
        Assert.True(names.GroupName(1001).IsEmpty);
    }

    [Theory]
    [InlineData("alice 1001")]
    [InlineData("alice\t1001\r\n")]
    [InlineData("alice 1001 -204 -204\n\n\n")]
    [InlineData("alice 1\nalice 1001\n")]
    [InlineData("alice 99999999999\nalice 1001\n")]
    [InlineData("alice\n1001\nalice 1001 1001 x y z\n")]
    [InlineData(" bob 1001\nalice 1001\n")]
    [InlineData("bob 1001\nalice 1001\n")]
    public void Odd_lines_are_read_or_passed_over(string text) => Assert.Equal("alice", Parse(text).NameOf(1001));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData(Heading)]
    [InlineData("alice")]
    [InlineData("alice ")]
    [InlineData(" 1001")]
    [InlineData("alice 0x3E9")]
    [InlineData("alice 1,001")]
    [InlineData("alice 2147483648")]
    [InlineData("alice -2147483649")]
    public void A_list_without_any_name_is_refused(string text) =>
        Assert.Throws<InvalidEncodingException>(() => Parse(text));

    [Fact]
    public void A_name_of_255_bytes_is_taken_and_a_longer_one_passed_over()
    {
        PtsNames names = Parse($"{new string('a', 255)} 1\n{new string('b', 256)} 2\n");

        Assert.Equal(1, names.Count);
        Assert.Equal(255, names.NameOf(1)?.Length);
    }

    [Fact]
    public void The_extremes_of_ids_are_taken()
    {
        PtsNames names = Parse("first -2147483648\nlast 2147483647\n");

        Assert.Equal("first", names.NameOf(int.MinValue));
        Assert.Equal("last", names.NameOf(int.MaxValue));
    }

    [Fact]
    public void A_list_that_is_too_long_is_refused() =>
        Assert.Throws<InvalidEncodingException>(() => PtsNames.Parse(new byte[PtsNames.MaxLength + 1]));

    [Fact]
    public void Any_bytes_are_taken_or_refused() => Seeds.ForEach(500, random =>
    {
        byte[] text = Encoding.ASCII.GetBytes(Heading + "alice 1001\nbob 1002 -204 -204\nstaff -205\n");
        for (int i = random.Next(20); i > 0; i--)
        {
            text[random.Next(text.Length)] = random.Next(3) == 0 ? (byte)'\n' : (byte)random.Next(256);
        }

        try
        {
            PtsNames names = PtsNames.Parse(text);
            Assert.Equal(text, names.Text.ToArray());
            Assert.InRange(names.Count, 1, text.Length / 3);
        }
        catch (InvalidEncodingException)
        {
        }
    });

    private static PtsNames Parse(string text) => PtsNames.Parse(Encoding.UTF8.GetBytes(text));
}
