using SnapFs.Text;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Text;

public sealed class UnitsAgeTests
{
    [Theory]
    [InlineData(-1, "in the future")]
    [InlineData(0, "0min")]
    [InlineData(59, "59min")]
    [InlineData(192, "3h12min")]
    [InlineData(36_960, "25d16h")]
    public void An_age_is_told_by_its_two_largest_units(int minutes, string expected) =>
        Assert.Equal(expected, Units.Age(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_local_time_says_how_far_it_is_from_utc() => Assert.Equal(
        "2026-11-21 03:20 +01:00",
        Units.LocalTime(
            Timestamp.From(new DateTimeOffset(2026, 11, 21, 2, 20, 59, TimeSpan.Zero)),
            TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test")));
}
