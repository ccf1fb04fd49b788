using System.Text;
using SnapFs.Jobs.Backups;

namespace SnapFs.Jobs.Tests.Backups;

public sealed class SourceNamesTests
{
    [Theory]
    [InlineData("usr", "/usr")]
    [InlineData("root", "/")]
    [InlineData("etc+home-ann", "/etc", "/home/ann")]
    [InlineData("tmp-two_lines", "/tmp/two\nlines")]
    public void A_name_is_made_of_the_paths(string expected, params string[] paths) =>
        Assert.Equal(expected, SourceNames.For(Raw(paths)));

    [Fact]
    public void A_long_name_is_cut_and_made_distinct()
    {
        string one = SourceNames.For(Raw("/" + new string('é', 200)));
        string other = SourceNames.For(Raw("/" + new string('é', 201)));

        Assert.True(Encoding.UTF8.GetByteCount(one) <= 120);
        Assert.NotEqual(one, other);
        Assert.True(SourceNames.IsValid(one));
    }

    [Fact]
    public void Paths_that_are_named_alike_get_different_suffixes() => Assert.NotEqual(
        SourceNames.WithSuffix("a-b", Raw("/a-b")), SourceNames.WithSuffix("a-b", Raw("/a/b")));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\tb")]
    [InlineData("\uDCFF")]
    public void A_name_that_cannot_be_a_directory_is_refused(string name) => Assert.False(SourceNames.IsValid(name));

    [Fact]
    public void A_name_of_256_bytes_is_too_long()
    {
        Assert.True(SourceNames.IsValid(new string('x', 255)));
        Assert.False(SourceNames.IsValid(new string('x', 256)));
    }

    private static List<ReadOnlyMemory<byte>> Raw(params string[] paths) =>
        [.. paths.Select(path => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(path)))];
}
