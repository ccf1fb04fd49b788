using SnapFs.Repository.Indexes;
using SnapFs.Sizes;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

public sealed class CatalogueTiersTests
{
    [Fact]
    public void Nothing_is_due_before_a_tier_is_full()
    {
        Assert.Empty(CatalogueTiers.Choose([]));
        Assert.Empty(CatalogueTiers.Choose([.. Enumerable.Repeat(5000L, CatalogueTiers.Fan - 1)]));
        Assert.Equal(CatalogueTiers.Fan, CatalogueTiers.Choose([.. Enumerable.Repeat(5000L, CatalogueTiers.Fan)]).Length);
        Assert.Empty(CatalogueTiers.Choose([.. Enumerable.Repeat((long)CatalogueTiers.MaxLength / 2, 100)]));
    }

    [Fact]
    public void A_tier_that_becomes_full_by_what_is_merged_below_is_merged_with_it()
    {
        List<long> lengths = [.. Enumerable.Repeat(5000L, CatalogueTiers.Fan), .. Enumerable.Repeat(50_000L, CatalogueTiers.Fan - 1)];

        Assert.Equal(lengths.Count, CatalogueTiers.Choose(lengths).Length);
        Assert.Equal(CatalogueTiers.Fan, CatalogueTiers.Choose(lengths[..^1]).Length);
    }

    [Fact]
    public void Whatever_lengths_come_there_are_few_objects_no_long_ones_and_little_is_written() => Seeds.ForEach(5, random =>
    {
        List<long> lengths = [];
        double came = 0;
        double written = 0;
        for (int night = 0; night < 20_000; night++)
        {
            long length = 1L << random.Next(10, 10 + random.Next(1, 14));
            length += random.NextInt64(length);
            came += length;
            lengths.Add(length);
            while (CatalogueTiers.Choose(lengths) is { Length: > 0 } chosen)
            {
                Assert.True(chosen.Length > 1);
                long merged = Padme.RoundUp(chosen.Sum(position => lengths[position]));
                Assert.InRange(merged, 0, CatalogueTiers.MaxLength);
                written += merged;
                lengths = [.. lengths.Where((_, position) => !chosen.Contains(position)), merged];
            }

            Assert.InRange(lengths.Count(one => one < CatalogueTiers.MaxLength / 4), 0, 6 * CatalogueTiers.Fan);
        }

        Assert.InRange(written / came, 0, 6);
        Assert.InRange(lengths.Count, 0, (came / (CatalogueTiers.MaxLength / 4)) + (6 * CatalogueTiers.Fan));
    });
}
