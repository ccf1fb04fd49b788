using System.Text;
using SnapFs.Jobs.Importing;

namespace SnapFs.Jobs.Tests.Importing;

public sealed class ListedRootsTests
{
    [Theory]
    [InlineData("/etc /etc/a /etc/b /home/ann /home/ann/x", "/etc /home/ann", "/home")]
    [InlineData("/etc/a /etc", "/etc", "")]
    [InlineData("/a /ab /a/b", "/a /ab", "")]
    [InlineData("/a/b/c /a/b/d", "/a/b/c /a/b/d", "/a /a/b")]
    [InlineData("/ /a /a/b", "/", "")]
    [InlineData("", "/", "")]
    public void The_topmost_paths_and_the_directories_above_are_found(string listed, string roots, string above)
    {
        ListedRoots found = Add(listed.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(roots, Text(found.All));
        Assert.Equal(above, Text(found.Above ?? []));
    }

    [Fact]
    public void Too_many_are_the_top()
    {
        ListedRoots found = Add(Enumerable.Range(0, 100_000).Select(i => $"/{i}"));

        Assert.Equal("/", Text(found.All));
        Assert.Null(found.Above);
    }

    private static ListedRoots Add(IEnumerable<string> paths)
    {
        ListedRoots roots = new();
        foreach (string path in paths)
        {
            roots.Add(Encoding.UTF8.GetBytes(path));
        }

        return roots;
    }

    private static string Text(IReadOnlyList<byte[]> paths) => string.Join(' ', paths.Select(Encoding.UTF8.GetString));
}
