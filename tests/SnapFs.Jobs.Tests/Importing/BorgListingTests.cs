using System.Text;
using SnapFs.Jobs.Importing;
using SnapFs.Testing.Fuzzing;
using SnapFs.Trees;

namespace SnapFs.Jobs.Tests.Importing;

public sealed class BorgListingTests
{
    private const string Id = "ede5f98c226fd85e0c9fea15be94adca6e8b476889a5eeb742f8454c495ccd44";

    private const string List = $$"""
        {"archives":[{"archive":"one","barchive":"one","hostname":"vm","id":"{{Id}}","name":"one",
          "start":"2026-11-30T13:35:51.000000","time":"2026-11-30T13:35:51.000000"}],
         "encryption":{"mode":"repokey"},"repository":{"id":"{{Id}}","location":"/srv/borg"} }
        """;

    private const string File = """
        {"type": "-", "mode": "-rwsr-x--t", "user": 1234, "group": "users", "uid": 1234, "gid": 5678, "path": "tmp/src/f",
         "healthy": true, "source": "", "mtime": "2020-01-02T03:04:05.123457", "size": 2}
        """;

    [Fact]
    public void A_snapshot_has_what_borg_lists_of_it()
    {
        ForeignSnapshot snapshot = Assert.Single(BorgListing.Snapshots(Bytes(List)));

        Assert.Equal(Id, snapshot.Id);
        Assert.Equal("one", snapshot.Name);
        Assert.Equal("vm", snapshot.Host);
        Assert.Equal(new Timestamp(1796045751, 0), snapshot.Time);
        Assert.Equal(["one"], snapshot.Tags);
        Assert.Empty(snapshot.Paths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"archives\":{}}")]
    [InlineData("{\"archives\":[7]}")]
    [InlineData("{\"archives\":[{\"name\":\"one\"}]}")]
    [InlineData("{\"archives\":[{\"name\":\"one\",\"id\":\"" + Id + "\",\"start\":null}]}")]
    public void A_list_that_makes_no_sense_is_refused_in_one_line(string json)
    {
        JobException e = Assert.Throws<JobException>(() => BorgListing.Snapshots(Bytes(json)));

        Assert.StartsWith("'borg list' gave what cannot be understood: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_file_has_what_borg_lists_of_it()
    {
        ForeignEntry? entry = BorgListing.Entry(Bytes(File));

        Assert.NotNull(entry);
        Assert.Equal("/tmp/src/f"u8, entry.Path ?? []);
        Assert.Equal(NodeType.File, entry.Type);
        Assert.Equal(2, entry.Size);
        Assert.Equal(Convert.ToUInt32("5751", 8), entry.Mode);
        Assert.Equal((1234u, 5678u), (entry.UserId, entry.GroupId));
        Assert.Equal(new Timestamp(1577934245, 123457000), entry.Modified);
    }

    [Theory]
    [InlineData("-rw-r--r--", NodeType.File, "644")]
    [InlineData("hrw-r--r--", NodeType.File, "644")]
    [InlineData("drwxrwxrwt", NodeType.Directory, "1777")]
    [InlineData("dr-Sr-Sr-T", NodeType.Directory, "7444")]
    [InlineData("lrwxrwxrwx", NodeType.Symlink, "777")]
    [InlineData("p---------", NodeType.Fifo, "0")]
    public void A_mode_is_a_kind_and_bits(string mode, NodeType type, string bits)
    {
        ForeignEntry? entry = BorgListing.Entry(Bytes(File.Replace("-rwsr-x--t", mode, StringComparison.Ordinal)));

        Assert.Equal(type, entry?.Type);
        Assert.Equal(Convert.ToUInt32(bits, 8), entry?.Mode);
    }

    [Fact]
    public void A_further_name_of_a_file_says_no_size() => Assert.Null(
        BorgListing.Entry(Bytes(File.Replace("-rws", "hrws", StringComparison.Ordinal)))?.Size);

    [Fact]
    public void The_top_has_the_path_of_the_top() => Assert.Equal(
        "/"u8, BorgListing.Entry(Bytes(File.Replace("tmp/src/f", ".", StringComparison.Ordinal)))?.Path ?? []);

    [Theory]
    [InlineData("-rwsr-x--t", "-rws")]
    [InlineData("-rwsr-x--t", "-rwxrwxrw?")]
    [InlineData("-rwsr-x--t", "-srwr-x--x")]
    [InlineData("-rwsr-x--t", "?rwxrwxrwx")]
    [InlineData("tmp/src/f", "../etc/f")]
    public void A_file_that_makes_no_sense_is_refused(string part, string other) => Assert.Throws<JobException>(
        () => BorgListing.Entry(Bytes(File.Replace(part, other, StringComparison.Ordinal))));

    [Fact]
    public void Damaged_listings_are_refused_or_read()
    {
        FuzzResult files = Fuzzer.Run([Bytes(File)], input => BorgListing.Entry(input));
        FuzzResult snapshots = Fuzzer.Run([Bytes(List)], input => BorgListing.Snapshots(input));

        Assert.True(files.Refused > 0 && snapshots.Refused > 0, $"{files} {snapshots}");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
