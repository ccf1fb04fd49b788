using SnapFs.Cli.Output;

namespace SnapFs.Cli.Tests.Output;

public sealed class ProgressLineTests
{
    private static readonly ProgressState Half =
        new("backup", 1200, 512L * 1024 * 1024, 1024L * 1024 * 1024, TimeSpan.FromSeconds(2));

    [Fact]
    public void The_line_has_a_bar_the_rate_and_the_time_left() =>
        Assert.Equal(
            "[############............]  50 %  1,200 files, 512 MiB of 1.00 GiB, 256 MiB/s, 2.0 s left",
            ProgressLine.Format(in Half, 120, colour: false));

    [Fact]
    public void Without_a_total_there_is_no_bar_and_no_time_left() =>
        Assert.Equal(
            "1,200 files, 512 MiB, 256 MiB/s",
            ProgressLine.Format(Half with { BytesTotal = null }, 120, colour: true));

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(79)]
    public void The_line_never_wraps(int width) =>
        Assert.True(ProgressLine.Format(in Half, width, colour: false).Length <= width);

    [Fact]
    public void Colours_are_left_out_when_they_are_not_wanted() =>
        Assert.DoesNotContain('\x1b', ProgressLine.Format(in Half, 120, colour: false));
}
