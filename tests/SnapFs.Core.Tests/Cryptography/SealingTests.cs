using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class SealingTests
{
    [Fact]
    public void Known_answer()
    {
        byte[] message = Sealing.Seal(Keys.Counting(32), "header"u8, "attack at dawn"u8);

        Assert.Equal(
            "8040e8287904eecd43afd4920ffbbc7bee38a61cd9f588696e417cc5fd46e32746e98d86fbfcf876bf8f",
            Convert.ToHexStringLower(message));
    }

    [Fact]
    public void What_was_sealed_opens_and_one_flipped_bit_anywhere_does_not() => Seeds.ForEach(200, random =>
    {
        byte[] key = random.BytesOf(32);
        byte[] associated = random.Bytes(maxLength: 100);
        byte[] plain = random.Bytes(maxLength: 5000);

        byte[] message = Sealing.Seal(key, associated, plain);

        Assert.Equal(plain.Length + Sealing.Overhead, message.Length);
        Assert.True(Sealing.TryOpen(key, associated, message, out byte[]? opened));
        Assert.Equal(plain, opened);
        Assert.False(Sealing.TryOpen(key, associated, random.FlipBit(message), out _));
        Assert.False(Sealing.TryOpen(random.FlipBit(key), associated, message, out _));
        Assert.False(Sealing.TryOpen(key, [.. associated, 0], message, out _));
        Assert.False(Sealing.TryOpen(key, associated, message.AsSpan(0, random.Next(message.Length)), out _));
    });

    [Fact]
    public void Another_message_or_other_associated_data_gets_another_nonce()
    {
        byte[] key = Keys.Counting(32);
        byte[] one = Sealing.Seal(key, "ab"u8, "c"u8);
        byte[] two = Sealing.Seal(key, "a"u8, "bc"u8);

        Assert.NotEqual(one[..12], two[..12]);
    }
}
