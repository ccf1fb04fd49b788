using SnapFs.Compression;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class ZstdTests
{
    // RFC 8878: magic, single segment with a one-byte content size, one last raw block of five bytes.
    private static readonly byte[] HelloFrame =
        [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x05, 0x29, 0x00, 0x00, .. "hello"u8];

    [Fact]
    public void Known_frame_decompresses()
    {
        using ZstdDecompressor decompressor = new();
        byte[] plain = new byte[5];

        Assert.True(decompressor.TryDecompress(HelloFrame, plain));
        Assert.Equal("hello"u8.ToArray(), plain);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(1000)]
    public void A_frame_of_another_length_than_claimed_is_refused(int claimed)
    {
        using ZstdDecompressor decompressor = new();
        Assert.False(decompressor.TryDecompress(HelloFrame, new byte[claimed]));
    }

    [Fact]
    public void Round_trip_at_every_kind_of_level() => Seeds.ForEach(100, random =>
    {
        byte[] plain = random.Bytes(maxLength: 100_000);
        int level = random.Next(ZstdCompressor.MinLevel, 8);
        byte[] frame = new byte[ZstdCompressor.MaxCompressedLength(plain.Length)];

        Assert.True(ZstdCompressor.ForThread.TryCompress(plain, level, frame, out int written));

        byte[] opened = new byte[plain.Length];
        Assert.True(ZstdDecompressor.ForThread.TryDecompress(frame.AsSpan(0, written), opened));
        Assert.Equal(plain, opened);
    });

    [Fact]
    public void What_does_not_fit_is_not_compressed()
    {
        byte[] noise = new Random(1).BytesOf(10_000);

        Assert.False(ZstdCompressor.ForThread.TryCompress(noise, 1, new byte[noise.Length - 1], out int written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(ZstdCompressor.MinLevel - 1)]
    [InlineData(ZstdCompressor.MaxLevel + 1)]
    public void Levels_out_of_range_are_refused(int level) => Assert.Throws<ArgumentOutOfRangeException>(
        () => ZstdCompressor.ForThread.TryCompress("text"u8, level, new byte[100], out _));

    [Fact]
    public void Damaged_and_random_frames_never_write_past_the_destination() => Seeds.ForEach(500, random =>
    {
        byte[] plain = random.Bytes(maxLength: 3000);
        byte[] frame = new byte[ZstdCompressor.MaxCompressedLength(plain.Length)];
        Assert.True(ZstdCompressor.ForThread.TryCompress(plain, 1, frame, out int written));
        byte[] hostile = random.Next(4) == 0
            ? random.Bytes(maxLength: 200)
            : random.FlipBit(frame.AsSpan(0, written));
        byte[] guarded = new byte[plain.Length + 64];
        Array.Fill(guarded, (byte)0xA5, plain.Length, 64);

        ZstdDecompressor.ForThread.TryDecompress(hostile, guarded.AsSpan(0, plain.Length));

        Assert.All(guarded[plain.Length..], b => Assert.Equal(0xA5, b));
    });

    [Fact]
    public void Threads_do_not_share_a_context() => Parallel.For(0, 200, i =>
    {
        byte[] plain = new Random(i).Bytes(maxLength: 20_000);
        byte[] frame = new byte[ZstdCompressor.MaxCompressedLength(plain.Length)];
        byte[] opened = new byte[plain.Length];

        Assert.True(ZstdCompressor.ForThread.TryCompress(plain, 1, frame, out int written));
        Assert.True(ZstdDecompressor.ForThread.TryDecompress(frame.AsSpan(0, written), opened));
        Assert.Equal(plain, opened);
    });
}
