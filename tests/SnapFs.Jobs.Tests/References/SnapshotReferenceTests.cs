using System.Text;
using SnapFs.Jobs.References;
using SnapFs.Testing;

namespace SnapFs.Jobs.Tests.References;

public sealed class SnapshotReferenceTests
{
    [Theory]
    [InlineData("latest", null, null, null, null)]
    [InlineData("web1:usr", "web1", "usr", null, null)]
    [InlineData("web1:usr@latest", "web1", "usr", null, null)]
    [InlineData("web1:usr@2026-11-21T02:20:00Z", "web1", "usr", "2026-11-21T02-20-00Z", null)]
    [InlineData("web1:usr@2026-11-21T02-20-00Z:/usr/bin", "web1", "usr", "2026-11-21T02-20-00Z", "/usr/bin")]
    [InlineData("web1:a@b@2026", "web1", "a@b", "2026", null)]
    [InlineData("web1:mail@home", "web1", "mail@home", null, null)]
    [InlineData("web1:mail~home", "web1", "mail~home", null, null)]
    [InlineData("web1:usr@yesterday:/x", "web1", "usr", "yesterday", "/x")]
    [InlineData("yesterday:/x", null, null, "yesterday", "/x")]
    [InlineData("@2026-11-21:/x", null, null, "2026-11-21", "/x")]
    [InlineData("web1:usr~12:/x", "web1", "usr", null, "/x")]
    [InlineData("latest:/", null, null, null, "/")]
    [InlineData("latest://usr/./bin//", null, null, null, "/usr/bin")]
    [InlineData("latest:/a:/b", null, null, null, "/a:/b")]
    public void References_have_a_host_a_source_a_time_and_a_path(
        string text, string? host, string? source, string? time, string? path)
    {
        SnapshotReference reference = SnapshotReference.Parse(text);
        Assert.Equal(host, reference.Host);
        Assert.Equal(source, reference.Source);
        Assert.Equal(time, reference.Time);
        Assert.Equal(path, reference.Path is null ? null : Encoding.UTF8.GetString(reference.Path));
    }

    [Fact]
    public void Eight_digits_are_an_id_and_seven_are_not()
    {
        Assert.Equal("0123abcd", SnapshotReference.Parse("0123ABCD").IdPrefix);
        Assert.Throws<UsageException>(() => SnapshotReference.Parse("0123abc"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":usr")]
    [InlineData("web1:")]
    [InlineData("/usr")]
    [InlineData("latest~")]
    [InlineData("latest~-1")]
    [InlineData("latest~x")]
    [InlineData("@home")]
    [InlineData("tomorrow")]
    [InlineData("latest:/a/../b")]
    public void What_names_no_snapshot_is_a_usage_error(string text) =>
        Assert.Throws<UsageException>(() => SnapshotReference.Parse(text));

    [Fact]
    public void A_path_may_hold_bytes_that_are_not_utf8()
    {
        string typed = "latest:/" + RawText.FromBytes([0xE9, (byte)'x']);
        Assert.Equal((byte[])[(byte)'/', 0xE9, (byte)'x'], SnapshotReference.Parse(typed).Path);
    }

    [Fact]
    public void Any_path_is_written_so_that_it_is_read_back() => Seeds.ForEach(2000, random =>
    {
        byte[] name = [.. random.Bytes(maxLength: 40).Where(b => b is not (0 or (byte)'/')), (byte)'x'];
        byte[] path = [(byte)'/', .. name];

        string end = SnapshotReference.EndFor(path);

        Assert.DoesNotContain(end, char.IsControl);
        Assert.Equal(path, SnapshotReference.Parse("0123456789ab" + end).Path);
    });
}
