using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Text;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "0.98 KiB")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(52_428_800, "50.0 MiB")]
    [InlineData(1_073_741_824, "1.00 GiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Sizes_have_three_digits_and_a_binary_unit(long bytes, string text) =>
        Assert.Equal(text, Units.Bytes(bytes));

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("4096B", 4096)]
    [InlineData("1K", 1024)]
    [InlineData("256M", 268_435_456)]
    [InlineData("256 MiB", 268_435_456)]
    [InlineData("1gib", 1_073_741_824)]
    public void Sizes_are_read_with_or_without_a_unit(string text, long bytes)
    {
        Assert.True(Units.TryParseBytes(text, out long parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1X")]
    [InlineData("1MM")]
    [InlineData("1_")]
    [InlineData("99999999999E")]
    [InlineData("1.5G")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Units.TryParseBytes(text, out _));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(4.21, "4.2 s")]
    [InlineData(185, "3:05 min")]
    [InlineData(7385, "2:03:05 h")]
    public void Durations_use_the_unit_that_fits(double seconds, string text) =>
        Assert.Equal(text, Units.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Times_before_1970_keep_their_nanoseconds() =>
        Assert.Equal("1969-12-31T23:59:59.000000001Z", Units.ExactTime(new Timestamp(-1, 1)));
}
