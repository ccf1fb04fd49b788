using SnapFs.Sizes;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class PadmeTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(9, 10)]
    [InlineData(1000, 1024)]
    [InlineData(1025, 1088)]
    [InlineData(1_000_000_000, 1_006_632_960)]
    public void Known_answer(long length, long padded) => Assert.Equal(padded, Padme.RoundUp(length));

    [Fact]
    public void Padding_is_monotonous_idempotent_and_at_most_an_eighth() => Seeds.ForEach(1000, random =>
    {
        long length = random.NextInt64(1L << random.Next(1, 60));
        long padded = Padme.RoundUp(length);

        Assert.InRange(padded, length, length + (length / 8));
        Assert.Equal(padded, Padme.RoundUp(padded));
        Assert.InRange(Padme.RoundUp(length + 1), padded, long.MaxValue);
    });

    [Fact]
    public void Lengths_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Padme.RoundUp(-1));
        Assert.Throws<OverflowException>(() => Padme.RoundUp(long.MaxValue));
    }
}
