using SnapFs.Chunks;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class GearChunkerTests
{
    private static readonly ChunkLimits Limits = new(256, 1024, 4096);

    [Fact]
    public void Known_answer()
    {
        // Computed by a program of its own: bytes of a linear congruential generator, table derived from 0, 1, 2….
        byte[] data = new byte[20_000];
        ulong state = 1;
        for (int i = 0; i < data.Length; i++)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            data[i] = (byte)(state >> 56);
        }

        List<int> lengths = Split(GearChunker.FromKey(Keys.Counting(32), Limits), data);

        Assert.Equal(
            [
                1498, 1043, 905, 1823, 1026, 1140, 1111, 1111, 1591,
                1300, 1701, 1026, 1230, 1046, 1198, 434, 489, 328,
            ],
            lengths);
    }

    [Fact]
    public void Chunks_tile_the_input_and_respect_the_limits() => Seeds.ForEach(200, random =>
    {
        byte[] data = random.Bytes(maxLength: 40_000);
        GearChunker chunker = new(random.GearTable(), Limits);

        int offset = 0;
        while (offset < data.Length)
        {
            int length = chunker.NextLength(data.AsSpan(offset));
            int rest = data.Length - offset;
            Assert.InRange(length, Math.Min(rest, Limits.Min), Math.Min(rest, Limits.Max));
            offset += length;
        }

        Assert.Equal(data.Length, offset);
    });

    [Fact]
    public void Bytes_behind_the_longest_chunk_do_not_matter() => Seeds.ForEach(100, random =>
    {
        byte[] data = random.BytesOf(Limits.Max + random.Next(1, 5000));
        GearChunker chunker = new(random.GearTable(), Limits);

        Assert.Equal(chunker.NextLength(data.AsSpan(0, Limits.Max)), chunker.NextLength(data));
    });

    [Fact]
    public void Appending_changes_the_last_chunk_only() => Seeds.ForEach(100, random =>
    {
        byte[] data = random.BytesOf(40_000);
        GearChunker chunker = new(random.GearTable(), Limits);

        List<int> before = Split(chunker, data);
        List<int> after = Split(chunker, [.. data, .. random.BytesOf(100)]);

        Assert.Equal(before[..^1], after[..(before.Count - 1)]);
        Assert.InRange(after.Count, before.Count, before.Count + 1);
    });

    [Fact]
    public void An_insertion_near_the_start_leaves_the_end_as_it_was()
    {
        Random random = new(3);
        byte[] data = random.BytesOf(200_000);
        GearChunker chunker = new(random.GearTable(), Limits);

        List<int> before = Split(chunker, data);
        List<int> after = Split(chunker, [.. data[..100], 1, 2, 3, .. data[100..]]);

        Assert.Equal(before[^100..], after[^100..]);
    }

    [Fact]
    public void Another_key_cuts_elsewhere()
    {
        byte[] data = new Random(4).BytesOf(100_000);

        Assert.NotEqual(
            Split(GearChunker.FromKey(Keys.Counting(32), Limits), data),
            Split(GearChunker.FromKey(new byte[32], Limits), data));
    }

    [Theory]
    [InlineData(0, 1024, 4096)]
    [InlineData(-1, 1024, 4096)]
    [InlineData(1, 63, 4096)]
    [InlineData(2048, 1024, 4096)]
    [InlineData(256, 1024, 1023)]
    [InlineData(256, 1024, ChunkLimits.LargestMax + 1)]
    [InlineData(int.MinValue, int.MinValue, int.MinValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void Impossible_limits_are_refused(int min, int target, int max)
    {
        ChunkLimits limits = new(min, target, max);

        Assert.False(limits.IsValid);
        Assert.Throws<ArgumentException>(() => new GearChunker(new ulong[256], limits));
    }

    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(ChunkLimits.LargestMax, ChunkLimits.LargestMax, ChunkLimits.LargestMax)]
    public void Extreme_limits_work(int min, int target, int max)
    {
        GearChunker chunker = GearChunker.FromKey(Keys.Counting(32), new ChunkLimits(min, target, max));

        Assert.InRange(chunker.NextLength(new Random(5).BytesOf(1000)), 1, 1000);
    }

    private static List<int> Split(GearChunker chunker, ReadOnlySpan<byte> data)
    {
        List<int> lengths = [];
        while (!data.IsEmpty)
        {
            lengths.Add(chunker.NextLength(data));
            data = data[lengths[^1]..];
        }

        return lengths;
    }
}
