using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class KemBoxTests
{
    private static readonly byte[] Seed = Keys.Counting(XWing.SeedLength);
    private static readonly byte[] Info = "where it belongs"u8.ToArray();

    [Fact]
    public void A_box_made_by_the_document_opens()
    {
        byte[] message = "the message"u8.ToArray();
        byte[] ciphertext = new byte[XWing.CiphertextLength];
        byte[] secret = new byte[XWing.SharedSecretLength];
        XWing.Encapsulate(PublicKeyOf(Seed), ciphertext, secret);
        byte[] info = [6, 0, 0, 0, .. "snapfs"u8, 3, 0, 0, 0, .. "box"u8, (byte)Info.Length, 0, 0, 0, .. Info];
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt: [], info);

        Assert.Equal(message, Open(Seed, Info, [.. ciphertext, .. Sealing.Seal(key, [], message)]));
    }

    [Fact]
    public void Messages_of_every_length_round_trip_and_no_two_boxes_are_alike() => Seeds.ForEach(50, random =>
    {
        byte[] seed = random.BytesOf(XWing.SeedLength);
        byte[] info = random.Bytes(maxLength: 600);
        byte[] message = random.Bytes(maxLength: 5000);
        byte[] box = Seal(PublicKeyOf(seed), info, message);

        Assert.Equal(message, Open(seed, info, box));
        Assert.NotEqual(box, Seal(PublicKeyOf(seed), info, message));
    });

    [Fact]
    public void No_flipped_byte_another_key_or_another_info_opens_a_box()
    {
        byte[] box = Seal(PublicKeyOf(Seed), Info, "the message"u8.ToArray());
        for (int i = 0; i < box.Length; i++)
        {
            byte[] flipped = [.. box];
            flipped[i] ^= 0x10;
            Assert.Null(Open(Seed, Info, flipped));
        }

        Assert.Null(Open(new byte[XWing.SeedLength], Info, box));
        Assert.Null(Open(Seed, Info.AsSpan(1), box));
        Assert.Null(Open(Seed, [], box));
    }

    [Fact]
    public void A_box_of_another_length_does_not_open_and_leaves_nothing_behind()
    {
        byte[] box = Seal(PublicKeyOf(Seed), Info, "the message"u8.ToArray());
        byte[] message = [.. Enumerable.Repeat((byte)0xA5, box.Length - KemBox.Overhead)];

        Assert.False(KemBox.TryOpen(Seed, Info, box.AsSpan(1), message));
        Assert.Equal(new byte[message.Length], message);
        Assert.False(KemBox.TryOpen(Seed, Info, [.. box, 0], message));
        Assert.False(KemBox.TryOpen(Seed, Info, box.AsSpan(0, KemBox.Overhead - 1), []));
        Assert.False(KemBox.TryOpen(Seed, Info, [], []));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        byte[] publicKey = PublicKeyOf(Seed);

        Assert.Throws<ArgumentOutOfRangeException>(() => KemBox.Seal(publicKey, Info, new byte[3], new byte[KemBox.Overhead + 2]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => KemBox.Seal(publicKey.AsSpan(1), Info, new byte[3], new byte[KemBox.Overhead + 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => KemBox.TryOpen(Seed.AsSpan(1), Info, new byte[KemBox.Overhead], []));
    }

    private static byte[] PublicKeyOf(byte[] seed)
    {
        byte[] publicKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(seed, publicKey);
        return publicKey;
    }

    private static byte[] Seal(byte[] publicKey, byte[] info, byte[] message)
    {
        byte[] box = new byte[message.Length + KemBox.Overhead];
        KemBox.Seal(publicKey, info, message, box);
        return box;
    }

    private static byte[]? Open(byte[] seed, ReadOnlySpan<byte> info, byte[] box)
    {
        byte[] message = new byte[box.Length - KemBox.Overhead];
        return KemBox.TryOpen(seed, info, box, message) ? message : null;
    }
}
