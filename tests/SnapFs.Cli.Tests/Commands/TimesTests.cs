using SnapFs.Cli.Commands;
using SnapFs.Trees;

namespace SnapFs.Cli.Tests.Commands;

public sealed class TimesTests
{
    [Theory]
    [InlineData("2026-11-21", 1_795_219_200)]
    [InlineData("2026-11-21T02:20:00Z", 1_795_227_600)]
    [InlineData("2026-11-21 02:20", 1_795_227_600)]
    [InlineData("2026-11-21T02-20-00Z", 1_795_227_600)]
    [InlineData("2026-11-21T03:20:00+01:00", 1_795_227_600)]
    [InlineData("1969-12-31T23:59:59Z", -1)]
    public void Times_are_utc_unless_they_say_otherwise(string text, long seconds) =>
        Assert.Equal(new Timestamp(seconds, 0), Times.Parse(text, "--time", TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2026-11-21", 1_795_215_600)]
    [InlineData("2026-11-21 03:20", 1_795_227_600)]
    [InlineData("2026-11-21T02:20:00Z", 1_795_227_600)]
    [InlineData("2026-11-21T05:20:00+03:00", 1_795_227_600)]
    [InlineData("2026-07-01T02:00:00", 1_782_864_000)]
    public void A_time_that_does_not_say_where_it_is_may_be_of_another_zone(string text, long seconds) =>
        Assert.Equal(new Timestamp(seconds, 0), Times.Parse(text, "--time", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("21.11.2026")]
    public void What_is_no_time_names_the_option(string text) => Assert.Contains(
        "--time", Assert.Throws<UsageException>(() => Times.Parse(text, "--time", TimeZoneInfo.Utc)).Message, StringComparison.Ordinal);
}
