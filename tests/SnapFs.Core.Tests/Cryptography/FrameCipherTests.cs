using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class FrameCipherTests
{
    [Fact]
    public void Known_answer()
    {
        using FrameCipher cipher = new(Keys.Counting(32), Keys.Counting(16));
        byte[] nonceInput = new byte[32];
        Array.Fill(nonceInput, (byte)7);
        byte[] stored = new byte[16 + FrameCipher.Overhead];
        cipher.Encrypt(nonceInput, codec: 1, "compressed bytes"u8, plainLength: 70000, stored);

        Assert.Equal(
            "0e78fdcc9c46733e6489697ac63e141ab615895f841e1563d8aab57481b871812bc6919d88bcaba31734a18a",
            Convert.ToHexStringLower(stored));
    }

    [Fact]
    public void A_name_a_codec_or_a_length_of_its_own_gives_a_frame_a_nonce_of_its_own()
    {
        using FrameCipher cipher = new(Keys.Counting(32), Keys.Counting(16));
        byte[] name = new byte[32];
        byte[] nonce = NonceOf(name, codec: 1, length: 100);

        Assert.Equal(nonce, NonceOf(name, codec: 1, length: 100));
        Assert.NotEqual(nonce, NonceOf(Keys.Counting(32), codec: 1, length: 100));
        Assert.NotEqual(nonce, NonceOf(name, codec: 0, length: 100));

        // Another version of the compressor may make other bytes of the same chunk.
        Assert.NotEqual(nonce, NonceOf(name, codec: 1, length: 101));

        byte[] NonceOf(byte[] input, byte codec, int length)
        {
            byte[] stored = new byte[length + FrameCipher.Overhead];
            cipher.Encrypt(input, codec, new byte[length], plainLength: 1000, stored);
            return stored[..FrameCipher.NonceLength];
        }
    }

    [Fact]
    public void A_frame_opens_as_what_it_is_and_as_nothing_else() => Seeds.ForEach(200, random =>
    {
        byte[] key = random.BytesOf(FrameCipher.KeyLength);
        byte[] salt = random.BytesOf(FrameCipher.SaltLength);
        using FrameCipher cipher = new(key, salt);
        byte[] content = random.Bytes(maxLength: 5000);
        byte codec = (byte)random.Next(256);
        uint plainLength = (uint)random.Next();

        byte[] stored = new byte[content.Length + FrameCipher.Overhead];
        cipher.Encrypt(random.BytesOf(32), codec, content, plainLength, stored);

        byte[] opened = new byte[content.Length];
        Assert.True(cipher.TryDecrypt(stored, codec, plainLength, opened));
        Assert.Equal(content, opened);
        Assert.False(cipher.TryDecrypt(random.FlipBit(stored), codec, plainLength, opened));
        Assert.All(opened, b => Assert.Equal(0, b));
        Assert.False(cipher.TryDecrypt(stored, unchecked((byte)(codec + 1)), plainLength, opened));
        Assert.False(cipher.TryDecrypt(stored, codec, plainLength + 1, opened));
        Assert.False(cipher.TryDecrypt(stored, codec, plainLength, new byte[content.Length + 1]));
        Assert.False(cipher.TryDecrypt(stored.AsSpan(0, FrameCipher.Overhead - 1), codec, plainLength, []));
        using FrameCipher otherSalt = new(key, random.FlipBit(salt));
        Assert.False(otherSalt.TryDecrypt(stored, codec, plainLength, opened));
    });

    [Fact]
    public void One_cipher_serves_many_threads()
    {
        using FrameCipher cipher = new(Keys.Counting(32), Keys.Counting(16));
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] content = new byte[1 + (i % 700)];
            Array.Fill(content, (byte)(i % 256));
            byte[] stored = new byte[content.Length + FrameCipher.Overhead];
            cipher.Encrypt(BitConverter.GetBytes(i), 0, content, (uint)i, stored);
            byte[] opened = new byte[content.Length];

            Assert.True(cipher.TryDecrypt(stored, 0, (uint)i, opened));
            Assert.Equal(content, opened);
        });
    }

    [Fact]
    public void A_disposed_cipher_refuses_instead_of_using_a_zero_key()
    {
        FrameCipher cipher = new(Keys.Counting(32), Keys.Counting(16));
        cipher.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cipher.Encrypt(new byte[32], 0, [], 0, new byte[28]));
        Assert.Throws<ObjectDisposedException>(() => cipher.TryDecrypt(new byte[28], 0, 0, []));
    }
}
