using SnapFs.Binary;
using SnapFs.Testing;

namespace SnapFs.Core.Tests.Binary;

public sealed class ByteReaderTests
{
    [Fact]
    public void Everything_written_is_read_back() => Seeds.ForEach(500, random =>
    {
        ulong varint = unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(64);
        long signed = unchecked((long)varint) * (random.Next(2) == 0 ? 1 : -1) / 2;
        byte[] bytes = random.Bytes(300);
        ByteWriter writer = new(random.Next(20));
        writer.Byte(0xA5);
        writer.Varint(varint);
        writer.ZigZag(signed);
        writer.UInt16(unchecked((ushort)varint));
        writer.UInt32(unchecked((uint)varint));
        writer.UInt64(varint);
        writer.LengthPrefixed(bytes);
        writer.Bytes(bytes);

        ByteReader reader = new(writer.Written);
        Assert.Equal(0xA5, reader.Byte());
        Assert.Equal(varint, reader.Varint());
        Assert.Equal(signed, reader.ZigZag());
        Assert.Equal(unchecked((ushort)varint), reader.UInt16());
        Assert.Equal(unchecked((uint)varint), reader.UInt32());
        Assert.Equal(varint, reader.UInt64());
        Assert.Equal(bytes, reader.LengthPrefixed(300).ToArray());
        Assert.Equal(bytes, reader.Bytes(bytes.Length).ToArray());
        reader.End();
        Assert.Equal(writer.Length, reader.Position);
    });

    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(127UL, "7F")]
    [InlineData(128UL, "8001")]
    [InlineData(16_384UL, "808001")]
    [InlineData(4_294_967_295UL, "FFFFFFFF0F")]
    [InlineData(9_223_372_036_854_775_807UL, "FFFFFFFFFFFFFFFF7F")]
    [InlineData(18_446_744_073_709_551_615UL, "FFFFFFFFFFFFFFFFFF01")]
    public void A_varint_has_the_bytes_of_the_format(ulong value, string hex)
    {
        ByteWriter writer = new();
        writer.Varint(value);

        Assert.Equal(hex, Convert.ToHexString(writer.Written));
        Assert.Equal(value, new ByteReader(Convert.FromHexString(hex)).Varint());
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8000")]
    [InlineData("FF00")]
    [InlineData("FFFFFFFFFFFFFFFFFF02")]
    [InlineData("FFFFFFFFFFFFFFFFFF81")]
    [InlineData("FFFFFFFFFFFFFFFFFF8100")]
    [InlineData("80808080808080808000")]
    public void A_varint_that_is_cut_too_large_or_longer_than_needed_is_refused(string hex) =>
        Assert.Throws<InvalidEncodingException>(() => new ByteReader(Convert.FromHexString(hex)).Varint());

    [Theory]
    [InlineData(-1L, "01")]
    [InlineData(1L, "02")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    public void A_signed_number_is_in_zigzag_form(long value, string hex)
    {
        ByteWriter writer = new();
        writer.ZigZag(value);

        Assert.Equal(hex, Convert.ToHexString(writer.Written));
        Assert.Equal(value, new ByteReader(writer.Written).ZigZag());
    }

    [Fact]
    public void A_number_above_its_limit_is_refused_at_the_limit_it_is_not()
    {
        Assert.Equal(128, new ByteReader([0x80, 1]).VarintInt32(128));
        Assert.Throws<InvalidEncodingException>(() => new ByteReader([0x80, 1]).VarintInt32(127));
        Assert.Equal(uint.MaxValue, new ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).VarintUInt32());
        Assert.Throws<InvalidEncodingException>(() => new ByteReader([0x80, 0x80, 0x80, 0x80, 0x10]).VarintUInt32());
        byte[] largest = Convert.FromHexString("FFFFFFFFFFFFFFFF7F");
        Assert.Equal(long.MaxValue, new ByteReader(largest).VarintInt64());
        byte[] above = Convert.FromHexString("80808080808080808001");
        Assert.Throws<InvalidEncodingException>(() => new ByteReader(above).VarintInt64());
    }

    [Fact]
    public void Reading_past_the_end_throws_and_moves_nothing()
    {
        for (int length = 0; length < 8; length++)
        {
            byte[] data = new byte[length];
            ByteReader reader = new(data);
            InvalidEncodingException? thrown = null;
            try
            {
                reader.UInt64();
            }
            catch (InvalidEncodingException e)
            {
                thrown = e;
            }

            Assert.NotNull(thrown);
            Assert.Equal(length, reader.Remaining);
        }

        Assert.Throws<InvalidEncodingException>(() => new ByteReader(new byte[5]).Bytes(6));
        Assert.Throws<InvalidEncodingException>(() => new ByteReader(new byte[5]).Bytes(-1));
        Assert.Throws<InvalidEncodingException>(() => new ByteReader([3, 1, 2]).LengthPrefixed(10));
        Assert.Throws<InvalidEncodingException>(() => new ByteReader([3, 1, 2, 3]).LengthPrefixed(2));
        Assert.Throws<InvalidEncodingException>(() => new ByteReader([0]).End());
    }

    [Fact]
    public void Fields_must_ascend_and_only_even_ones_may_be_unknown()
    {
        ByteWriter writer = new();
        FieldWriter fields = new(writer);
        fields.Number(1, 300);
        fields.Text(2, "größer");
        fields.Bytes(7, [1, 2]);

        FieldReader reader = new(writer.Written);
        Assert.True(reader.Next());
        Assert.Equal((1UL, 300UL), (reader.Tag, reader.Number()));
        Assert.Equal(0, reader.Start);
        Assert.True(reader.Next());
        Assert.Equal("größer", reader.Text(8));
        Assert.Equal(4, reader.Start);
        reader.Unknown("config");
        Assert.True(reader.Next());
        Assert.Equal(2, reader.Fixed(2).Length);
        Assert.Equal(14, reader.Start);
        Assert.False(reader.Next());

        Assert.Throws<InvalidEncodingException>(() => Walk([2, 0, 2, 0]));
        Assert.Throws<InvalidEncodingException>(() => Walk([4, 0, 2, 0]));
        Assert.Throws<InvalidEncodingException>(() => Walk([0, 0]));
        Assert.Throws<InvalidEncodingException>(() => Walk([2, 2, 0]));
        NewerFormatException e = Assert.Throws<NewerFormatException>(() => Walk([3, 0]));
        Assert.Contains("config", e.Message, StringComparison.Ordinal);
        Walk([2, 0, 4, 1, 9]);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("C3")]
    [InlineData("C0AF")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    public void A_text_that_is_not_UTF_8_is_refused(string hex)
    {
        byte[] text = Convert.FromHexString(hex);
        byte[] list = [2, (byte)text.Length, .. text];
        Assert.Throws<InvalidEncodingException>(() =>
        {
            FieldReader reader = new(list);
            reader.Next();
            reader.Text(10);
        });
    }

    [Fact]
    public void Every_text_that_a_writer_can_be_given_is_read_back()
    {
        ByteWriter writer = new();
        new FieldWriter(writer).Text(2, "a\uD800b\0\uFFFD🎈");
        FieldReader reader = new(writer.Written);
        Assert.True(reader.Next());
        Assert.Equal("a\uFFFDb\0\uFFFD🎈", reader.Text(100));
    }

    private static void Walk(byte[] list)
    {
        FieldReader reader = new(list);
        while (reader.Next())
        {
            reader.Unknown("config");
        }
    }
}
