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

    [Fact]
    public void Boxes_open_with_the_secret_key_only_and_not_when_altered() => Seeds.ForEach(50, random =>
    {
        byte[] publicKey = new byte[SealedBox.PublicKeyLength];
        byte[] secretKey = new byte[SealedBox.SecretKeyLength];
        SealedBox.KeyPairFromSeed(random.BytesOf(SealedBox.SeedLength), publicKey, secretKey);
        byte[] message = random.Bytes(maxLength: 300);

        byte[] box = SealedBox.Seal(publicKey, message);

        byte[] opened = new byte[message.Length];
        Assert.Equal(message.Length + SealedBox.Overhead, box.Length);
        Assert.True(SealedBox.TryOpen(publicKey, secretKey, box, opened));
        Assert.Equal(message, opened);
        Assert.False(SealedBox.TryOpen(publicKey, secretKey, random.FlipBit(box), opened));
        Assert.False(SealedBox.TryOpen(publicKey, random.BytesOf(32), box, opened));
        Assert.False(SealedBox.TryOpen(publicKey, secretKey, box, new byte[message.Length + 1]));
        Assert.False(SealedBox.TryOpen(publicKey, secretKey, box.AsSpan(0, SealedBox.Overhead - 1), []));
    });

    [Fact]
    public void The_key_pair_of_a_seed_is_the_known_one()
    {
        byte[] publicKey = new byte[SealedBox.PublicKeyLength];
        byte[] secretKey = new byte[SealedBox.SecretKeyLength];
        SealedBox.KeyPairFromSeed(Keys.Counting(32), publicKey, secretKey);

        Assert.Equal(
            "3d94eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f", Convert.ToHexStringLower(secretKey));
        Assert.Equal(
            "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01", Convert.ToHexStringLower(publicKey));
    }
}
