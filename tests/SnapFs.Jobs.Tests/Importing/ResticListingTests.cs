using System.Text;
using SnapFs.Jobs.Importing;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Jobs.Tests.Importing;

public sealed class ResticListingTests
{
    private const string Id = "1bd86e81ac3d310b9c77c1c0d57d1234c222dcc33bd6d372f70c21b957bd4366";

    private const string Snapshot = $$"""
        {"time":"2026-11-30T13:35:37.866463444+01:00","tree":"1e75","paths":["/etc","C:\\Users\\ann"],"hostname":"web1",
         "username":"root","tags":["daily"],"original":"{{Id}}","id":"{{Id}}","short_id":"1bd86e81"}
        """;

    private const string Node = """
        {"name":"f","type":"file","path":"/d/f","uid":1234,"gid":5678,"size":2,"mode":8389113,"permissions":"urwxrwx--x",
         "mtime":"2020-01-02T03:04:05.123456789Z","struct_type":"node"}
        """;

    [Fact]
    public void A_snapshot_has_what_restic_lists_of_it()
    {
        ForeignSnapshot snapshot = Assert.Single(ResticListing.Snapshots(Bytes($"[{Snapshot}]")));

        Assert.Equal(Id, snapshot.Id);
        Assert.Equal("1bd86e81", snapshot.Name);
        Assert.Equal("web1", snapshot.Host);
        Assert.Equal(new Timestamp(1796042137, 866463444), snapshot.Time);
        Assert.Equal(["/etc", "/C/Users/ann"], snapshot.Paths.Select(path => Encoding.UTF8.GetString(path.Span)));
        Assert.Equal(["daily"], snapshot.Tags);
        Assert.Equal([Id], snapshot.FormerIds);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public void An_empty_repository_has_none(string json) => Assert.Empty(ResticListing.Snapshots(Bytes(json)));

    [Theory]
    [InlineData("\"hostname\":\"web1\"", "\"hostname\":\"\"")]
    [InlineData("\"hostname\":\"web1\"", "\"hostname\":\"../web1\"")]
    [InlineData("\"hostname\":\"web1\"", "\"hostname\":7")]
    [InlineData("\"hostname\":\"web1\",", "")]
    public void A_host_that_can_be_none_is_none(string part, string other) => Assert.Null(
        Assert.Single(ResticListing.Snapshots(Bytes($"[{Snapshot.Replace(part, other, StringComparison.Ordinal)}]"))).Host);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[[]]")]
    [InlineData("[7]")]
    [InlineData("[{}]")]
    [InlineData("[{\"id\":\"../../etc\",\"time\":\"2026-11-30T13:35:37Z\"}]")]
    [InlineData("[{\"id\":\"" + Id + "\"}]")]
    [InlineData("[{\"id\":\"" + Id + "\",\"time\":\"now\"}]")]
    [InlineData("[{\"id\":\"" + Id + "\",\"time\":\"2026-11-30T13:35:37Z\"}")]
    public void A_list_that_makes_no_sense_is_refused_in_one_line(string json)
    {
        JobException e = Assert.Throws<JobException>(() => ResticListing.Snapshots(Bytes(json)));

        Assert.StartsWith("'restic snapshots' gave what cannot be understood: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Brackets_without_end_are_refused() => Assert.Throws<JobException>(
        () => ResticListing.Snapshots(Bytes(new string('[', 1_000_000))));

    [Fact]
    public void A_file_has_what_restic_lists_of_it()
    {
        ForeignEntry? entry = ResticListing.Entry(Bytes(Node));

        Assert.NotNull(entry);
        Assert.Equal("/d/f"u8, entry.Path ?? []);
        Assert.Equal(NodeType.File, entry.Type);
        Assert.Equal(2, entry.Size);
        Assert.Equal(Convert.ToUInt32("4771", 8), entry.Mode);
        Assert.Equal((1234u, 5678u), (entry.UserId, entry.GroupId));
        Assert.Equal(new Timestamp(1577934245, 123456789), entry.Modified);
        Assert.False(entry.MayBeInexact);
    }

    [Theory]
    [InlineData("/bad\\ufffdname")]
    [InlineData("/half\\ud800")]
    public void A_name_that_is_no_text_may_be_another_one(string path) => Assert.True(
        ResticListing.Entry(Bytes(Node.Replace("/d/f", path, StringComparison.Ordinal)))?.MayBeInexact);

    [Fact]
    public void What_is_no_file_is_passed_over()
    {
        Assert.Null(ResticListing.Entry(Bytes(Snapshot)));
        Assert.Null(ResticListing.Entry(Bytes("  ")));
    }

    [Theory]
    [InlineData("/d/f", "/d/../../f")]
    [InlineData("/d/f", "/d\\u0000f")]
    [InlineData("\"file\"", "\"irregular\"")]
    [InlineData("\"node\"}", "\"node\"")]
    public void A_file_that_makes_no_sense_is_refused(string part, string other) => Assert.Throws<JobException>(
        () => ResticListing.Entry(Bytes(Node.Replace(part, other, StringComparison.Ordinal))));

    [Theory]
    [InlineData("\"size\":2", "\"size\":-1")]
    [InlineData("\"size\":2", "\"size\":1e400")]
    [InlineData("\"uid\":1234", "\"uid\":99999999999")]
    [InlineData("\"mode\":8389113", "\"mode\":\"all\"")]
    [InlineData("2020-01-02", "2020-01-99")]
    public void A_number_that_is_none_is_not_compared(string part, string other) => Assert.NotNull(
        ResticListing.Entry(Bytes(Node.Replace(part, other, StringComparison.Ordinal))));

    [Fact]
    public void Damaged_listings_are_refused_or_read()
    {
        FuzzResult files = Fuzzer.Run([Bytes(Node)], input => ResticListing.Entry(input));
        FuzzResult snapshots = Fuzzer.Run([Bytes($"[{Snapshot}]")], input => ResticListing.Snapshots(input));

        Assert.True(files.Refused > 0 && snapshots.Refused > 0, $"{files} {snapshots}");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
