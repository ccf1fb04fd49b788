using System.Security.Cryptography;
using SnapFs.Objects;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class ShortIdTests
{
    [Fact]
    public void The_id_of_a_key_is_the_start_of_its_hash()
    {
        byte[] publicKey = Keys.Counting(32);

        Assert.Equal(SHA256.HashData(publicKey)[..16], ShortId.OfKey(publicKey).ToArray());
    }

    [Fact]
    public void An_id_is_written_and_read_back_as_bytes_and_as_text() => Seeds.ForEach(50, random =>
    {
        byte[] bytes = random.BytesOf(ShortId.Length);
        bytes[0] = random.Next(2) == 0 ? (byte)0 : bytes[0];
        ShortId id = ShortId.Read([.. bytes, 99]);

        Assert.Equal(bytes, id.ToArray());
        Assert.Equal(Convert.ToHexStringLower(bytes), id.ToString());
        Assert.True(ShortId.TryParse(id.ToString(), out ShortId parsed));
        Assert.Equal(id, parsed);
    });

    [Theory]
    [InlineData("")]
    [InlineData("00112233445566778899aabbccddeef")]
    [InlineData("00112233445566778899aabbccddeeff0")]
    [InlineData("00112233445566778899AABBCCDDEEFF")]
    [InlineData("00112233445566778899aabbccddeefg")]
    [InlineData("00112233445566778899aabbccddee f")]
    public void Another_text_is_no_id(string text) => Assert.False(ShortId.TryParse(text, out _));

    [Fact]
    public void No_two_runs_have_one_name() => Assert.NotEqual(ShortId.Random(), ShortId.Random());
}
