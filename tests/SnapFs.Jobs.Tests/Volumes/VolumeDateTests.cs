using SnapFs.Jobs.Volumes;

namespace SnapFs.Jobs.Tests.Volumes;

public sealed class VolumeDateTests
{
    private const long Day = 1_795_219_200;

    [Theory]
    [InlineData("2026.11.21")]
    [InlineData("2026-11-21")]
    public void A_day_is_all_of_its_seconds(string text)
    {
        VolumeDate date = VolumeDate.Parse(text);

        Assert.Equal((Day, Day + 86400), (date.Start, date.End));
    }

    [Theory]
    [InlineData("2026.11.21T14-05-07Z")]
    [InlineData("2026-11-21T14:05:07Z")]
    [InlineData("2026-11-21T14-05-07Z")]
    public void A_time_is_one_second(string text)
    {
        VolumeDate date = VolumeDate.Parse(text);

        Assert.Equal((Day + 50707, Day + 50708), (date.Start, date.End));
    }

    [Theory]
    [InlineData("")]
    [InlineData("21.11.2026")]
    [InlineData("2026.11.31")]
    [InlineData("../etc")]
    public void Anything_else_is_refused(string text) => Assert.Throws<UsageException>(() => VolumeDate.Parse(text));
}
