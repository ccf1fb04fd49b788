using System.Text;
using SnapFs.Text;

namespace SnapFs.Core.Tests.Text;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain-name.txt", "plain-name.txt")]
    [InlineData("grün 日本", "grün 日本")]
    [InlineData("two\nlines", @"two\x0alines")]
    [InlineData("\x1b]0;title\a", @"\x1b]0;title\x07")]
    [InlineData(@"back\slash", @"back\\slash")]
    [InlineData("evil\u202Etxt.exe", @"evil\u{202e}txt.exe")]
    [InlineData("c1\u009Bcontrol", @"c1\u{9b}control")]
    [InlineData("line\u2028separator", @"line\u{2028}separator")]
    [InlineData("del\x7f", @"del\x7f")]
    public void Names_are_shown_without_what_a_terminal_acts_on(string name, string shown) =>
        Assert.Equal(shown, SafeText.Of(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_shown_in_hexadecimal() =>
        Assert.Equal(@"caf\xe9\xff", SafeText.Of((byte[])[(byte)'c', (byte)'a', (byte)'f', 0xE9, 0xFF]));

    [Fact]
    public void Two_different_names_are_never_shown_alike()
    {
        byte[] raw = [0xE9];
        Assert.NotEqual(SafeText.Of(raw), SafeText.Of(@"\xe9"u8));
    }

    [Fact]
    public void A_message_keeps_the_escapes_it_holds_and_loses_its_controls() =>
        Assert.Equal(@"é \x0a \x1b[31m", SafeText.Message("é \\x0a \x1b[31m"));
}
