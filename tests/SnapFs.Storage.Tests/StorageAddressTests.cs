using SnapFs.Storage;

namespace SnapFs.Tests;

public sealed class StorageAddressTests
{
    [Theory]
    [InlineData("/srv/backup", "/srv/backup")]
    [InlineData("/srv//backup/./", "/srv/backup")]
    [InlineData("/", "/")]
    [InlineData("backup", "/here/backup")]
    [InlineData("./backup/", "/here/backup")]
    [InlineData(".", "/here")]
    [InlineData("/srv/link/../backup", "/srv/link/../backup")]
    [InlineData("./s3:bucket", "/here/s3:bucket")]
    [InlineData("./~", "/here/~")]
    [InlineData("/srv/ann@host:8/x", "/srv/ann@host:8/x")]
    [InlineData("dir/a:b", "/here/dir/a:b")]
    [InlineData("back~up", "/here/back~up")]
    public void A_path_is_an_address_and_printed_whole(string text, string path)
    {
        StorageAddress address = StorageAddress.Parse(text, () => "/here");

        Assert.Equal(path, address.Path);
        Assert.Equal(path, StorageAddress.Parse(address.ToString(), () => "/elsewhere").Path);
    }

    [Theory]
    [InlineData("s3:https://host/bucket", "s3: repositories are not in this version")]
    [InlineData("sftp:ann@host:/srv", "sftp: repositories are not in this version")]
    [InlineData("label:usb", "label: repositories are not in this version")]
    [InlineData("ann@host:/srv", "another machine")]
    [InlineData("ann@host:", "another machine")]
    [InlineData("host:/srv", "another machine")]
    [InlineData("https://host/srv", "another machine")]
    [InlineData("rclone:remote:path", "another machine")]
    public void What_looks_like_another_machine_is_refused_and_says_how_a_directory_of_that_name_is_written(
        string text, string expected)
    {
        StorageAddressException e = Assert.Throws<StorageAddressException>(() => StorageAddress.Parse(text));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains($"./{text}", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("/here/", StorageAddress.Parse($"./{text}", () => "/here").Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty name")]
    [InlineData("~", "~ that no shell replaced")]
    [InlineData("~/backup", "~ that no shell replaced")]
    [InlineData("~ann/backup", "~ that no shell replaced")]
    [InlineData("a\0b", "NUL")]
    public void What_can_be_no_directory_that_was_meant_is_refused(string text, string expected)
    {
        StorageAddressException e = Assert.Throws<StorageAddressException>(() => StorageAddress.Parse(text));

        Assert.Equal(ErrorKind.Usage, e.Kind);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_path_in_a_working_directory_that_is_gone_asks_for_the_whole_path()
    {
        StorageAddressException e = Assert.Throws<StorageAddressException>(
            () => StorageAddress.Parse("backup", () => throw new FileNotFoundException()));

        Assert.Contains("give the whole path", e.Message, StringComparison.Ordinal);
    }
}
