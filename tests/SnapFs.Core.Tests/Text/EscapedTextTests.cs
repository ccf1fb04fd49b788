using SnapFs.Testing;
using SnapFs.Text;

namespace SnapFs.Core.Tests.Text;

public sealed class EscapedTextTests
{
    [Fact]
    public void What_is_written_with_escapes_is_read_back() => Seeds.ForEach(2000, random =>
    {
        byte[] bytes = random.Bytes(maxLength: 40);

        Assert.Equal(bytes, SafeText.TryParse(SafeText.Of(bytes)));
    });

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"\q")]
    [InlineData(@"\x")]
    [InlineData(@"\x4")]
    [InlineData(@"\xzz")]
    [InlineData(@"\u{}")]
    [InlineData(@"\u{110000}")]
    [InlineData(@"\u{d800}")]
    [InlineData(@"\u{202e")]
    public void An_escape_that_is_none_is_refused(string text) => Assert.Null(SafeText.TryParse("a" + text));
}
