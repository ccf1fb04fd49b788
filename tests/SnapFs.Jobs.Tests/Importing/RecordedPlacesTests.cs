using System.Text;
using SnapFs.Jobs.Importing;

namespace SnapFs.Jobs.Tests.Importing;

public sealed class RecordedPlacesTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("snapfs-places-").FullName;

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    /// <summary>What was restored, what was named, and what is read as what.</summary>
    [Theory]
    [InlineData("/etc/a /home/b", "/etc /home", "/ as /", "/etc /home")]
    [InlineData("/etc/a", "/etc /gone", "/ as /", "/etc")]
    [InlineData("/etc/a /other", "/etc", "/ as /", "/etc /other")]
    [InlineData("/etc/a", "", "/ as /", "/etc")]
    [InlineData("/C/Users/ann/a", "/C/Users", "/ as /", "/C/Users")]
    [InlineData("/a /sub/b", "/home/ann", "/ as /home/ann", "/home/ann")]
    [InlineData("/ann/a", "/home/ann", "/ann as /home/ann", "/home/ann")]
    [InlineData("/sub/ann/a", "/home/sub/ann", "/sub/ann as /home/sub/ann", "/home/sub/ann")]
    [InlineData("/a /sub/b", "/x/a /x/sub", "/a as /x/a+/sub as /x/sub", "/x/a /x/sub")]
    [InlineData("/a /b", "/x/a /x/c", "/ as /", "/a /b")]
    public void Paths_that_were_given_relative_are_where_they_were(string restored, string named, string read, string recorded)
    {
        string[] files = restored.Split(' ');
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_tree + file) ?? _tree);
            File.WriteAllText(_tree + file, "");
        }

        RecordedPlaces places = RecordedPlaces.Find(
            Encoding.UTF8.GetBytes(_tree),
            [.. named.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(path))],
            [.. files.Select(file => $"/{file.Split('/')[1]}").Distinct().Select(Encoding.UTF8.GetBytes)]);

        Assert.Equal(read, string.Join('+', places.Sources.Select(source =>
            $"{Below(source.Path)} as {Encoding.UTF8.GetString(source.RecordedPath.Span)}")));
        Assert.Equal(recorded, string.Join(' ', places.Paths.Select(path => Encoding.UTF8.GetString(path.Span))));
    }

    [Fact]
    public void A_link_that_leads_out_is_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_tree, "a"), "/");

        RecordedPlaces places = RecordedPlaces.Find(
            Encoding.UTF8.GetBytes(_tree), ["/x/a/etc"u8.ToArray(), "/y"u8.ToArray()], ["/a"u8.ToArray()]);

        Assert.Equal("/", Below(Assert.Single(places.Sources).Path));
    }

    private string Below(ReadOnlyMemory<byte> path) =>
        Encoding.UTF8.GetString(path.Span)[_tree.Length..] is { Length: > 0 } below ? below : "/";
}
