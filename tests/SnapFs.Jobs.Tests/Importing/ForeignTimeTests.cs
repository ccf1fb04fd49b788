using SnapFs.Jobs.Importing;
using SnapFs.Trees;

namespace SnapFs.Jobs.Tests.Importing;

public sealed class ForeignTimeTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:01Z", 1, 0)]
    [InlineData("1970-01-01T00:00:01", 1, 0)]
    [InlineData("1970-01-01T00:00:01.5Z", 1, 500_000_000)]
    [InlineData("1970-01-01T00:00:01.123456789Z", 1, 123_456_789)]
    [InlineData("1970-01-01T01:00:01.000001+01:00", 1, 1_000)]
    [InlineData("1969-12-31T18:30:00-05:30", 0, 0)]
    [InlineData("1969-12-31T23:59:59.999Z", -1, 999_000_000)]
    [InlineData("0001-01-01T00:00:00Z", -62_135_596_800, 0)]
    public void A_time_is_read_to_the_nanosecond(string text, long seconds, uint nanoseconds) =>
        Assert.Equal(new Timestamp(seconds, nanoseconds), ForeignTime.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("1970-01-01")]
    [InlineData("1970-13-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00.Z")]
    [InlineData("1970-01-01T00:00:00.1234567890Z")]
    [InlineData("1970-01-01T00:00:00+1:00")]
    [InlineData("1970-01-01T00:00:00Z and more")]
    public void What_is_no_time_is_none(string? text) => Assert.Null(ForeignTime.Parse(text));
}
