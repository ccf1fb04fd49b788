using System.Text;
using SnapFs.Mount.Layouts;

namespace SnapFs.Mount.Tests.Layouts;

public sealed class LayoutNameTests
{
    [Theory]
    [InlineData("web-1", "web-1")]
    [InlineData("größe", "größe")]
    [InlineData("", "%")]
    [InlineData("..", "%2E%2E")]
    [InlineData(".", "%2E")]
    [InlineData("latest", "%6C%61%74%65%73%74")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("../../etc", "..%2F..%2Fetc")]
    [InlineData("a\0b\n", "a%00b%0A")]
    [InlineData("100%", "100%25")]
    public void A_text_becomes_one_safe_name(string text, string name) => Assert.Equal(name, LayoutName.Of(text));

    [Fact]
    public void Half_a_character_keeps_its_number() => Assert.Equal("a%uD800", LayoutName.Of("a\ud800"));

    [Fact]
    public void Different_texts_give_different_names_of_at_most_255_bytes() => SnapFs.Testing.Seeds.ForEach(200, random =>
    {
        const string alphabet = "a/%.\0é\ud83d\ude00";
        string Text() => new([.. Enumerable.Range(0, random.Next(400)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
        string first = Text();
        string second = random.Next(2) == 0 ? Text() : first + "x";
        foreach (string text in (string[])[first, second])
        {
            string name = LayoutName.Of(text);
            Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 255);
            Assert.DoesNotContain('/', name);
            Assert.DoesNotContain('\0', name);
        }

        Assert.Equal(first == second, LayoutName.Of(first) == LayoutName.Of(second));
    });
}
