using SnapFs.Cli.Output;

namespace SnapFs.Cli.Tests.Output;

public sealed class ProgressLineTests
{
    private static readonly ProgressState Half =
        new("backup", 1200, 512L * 1024 * 1024, 1024L * 1024 * 1024, TimeSpan.FromSeconds(2));

    [Fact]
    public void The_line_has_a_bar_the_phase_the_rate_and_the_time_left() =>
        Assert.Equal(
            "[############............] backup:  50 %  1,200 files, 512 MiB of 1.00 GiB, 256 MiB/s, 2.0 s left",
            ProgressLine.Format(in Half, problems: 0, 120, colour: false));

    [Theory]
    [InlineData(79, "backup:  50 %  1,200 files, 512 MiB of 1.00 GiB, 256 MiB/s, 2.0 s left")]
    [InlineData(69, "backup:  50 %  1,200 files, 512 MiB of 1.00 GiB, 2.0 s left")]
    [InlineData(50, "backup:  50 %  1,200 files, 2.0 s left")]
    [InlineData(20, "backup:  50 %  1,200")]
    public void Where_columns_are_few_the_time_left_stays_longest(int width, string expected) =>
        Assert.Equal(expected, ProgressLine.Format(in Half, problems: 0, width, colour: true));

    [Fact]
    public void The_time_left_is_told_on_80_columns_whatever_the_numbers()
    {
        ProgressState large = new("check trees", 16_517_123, 999L << 40, 1023L << 40, TimeSpan.FromDays(9)) { Items = "pages" };

        string line = ProgressLine.Format(in large, problems: 12_345, 79, colour: true);

        Assert.EndsWith(" left, 12,345 problems", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 40, 79);
    }

    [Fact]
    public void Without_a_total_there_is_no_bar_and_no_time_left() =>
        Assert.Equal(
            "backup: 1,200 files, 512 MiB, 256 MiB/s, 1 problem",
            ProgressLine.Format(Half with { BytesTotal = null }, problems: 1, 120, colour: true));

    [Fact]
    public void While_it_is_counted_there_is_a_total_that_grows_and_no_time_left() =>
        Assert.Equal(
            "backup: 1,200 files, 512 MiB of 1.00 GiB and counting, 256 MiB/s",
            ProgressLine.Format(Half with { IsCounting = true }, problems: 0, 79, colour: true));

    [Fact]
    public void Colours_are_left_out_when_they_are_not_wanted() =>
        Assert.DoesNotContain('\x1b', ProgressLine.Format(in Half, problems: 0, 120, colour: false));
}
