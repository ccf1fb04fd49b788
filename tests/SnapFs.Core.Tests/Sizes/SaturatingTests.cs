using SnapFs.Sizes;

namespace SnapFs.Tests;

public sealed class SaturatingTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(3, 4, 7)]
    [InlineData(long.MaxValue, 0, long.MaxValue)]
    [InlineData(long.MaxValue, 1, long.MaxValue)]
    [InlineData(1L << 62, 1L << 62, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue)]
    public void A_sum_stays_at_the_end_of_its_range(long one, long other, long sum)
    {
        Assert.Equal(sum, Saturating.Add(one, other));
        Assert.Equal(sum, Saturating.Add(other, one));
    }
}
