using System.Security.Cryptography;
using System.Text.Json;
using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class XWingTests
{
    /// <summary>A test vector of the draft; all hexadecimal.</summary>
    /// <param name="Seed">The seed, which is the secret key.</param>
    /// <param name="Eseed">The randomness of the encapsulation.</param>
    /// <param name="Ss">The shared secret.</param>
    /// <param name="Pk">The public key.</param>
    /// <param name="Ct">The ciphertext.</param>
    public sealed record Vector(string Seed, string Eseed, string Ss, string Pk, string Ct);

    public static TheoryData<Vector> Vectors
    {
        get
        {
            using Stream stream = typeof(XWingTests).Assembly.GetManifestResourceStream("xwing.json")!; // embedded
            return [.. JsonSerializer.Deserialize<Vector[]>(stream, JsonSerializerOptions.Web)!]; // the file is no "null"
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Known_answers_of_the_draft(Vector vector)
    {
        byte[] publicKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(Convert.FromHexString(vector.Seed), publicKey);
        byte[] ciphertext = new byte[XWing.CiphertextLength];
        byte[] sent = new byte[XWing.SharedSecretLength];
        XWing.Encapsulate(publicKey, Convert.FromHexString(vector.Eseed), ciphertext, sent);
        byte[] received = new byte[XWing.SharedSecretLength];

        Assert.True(XWing.TryDecapsulate(Convert.FromHexString(vector.Seed), ciphertext, received));
        Assert.Equal(vector.Pk, Convert.ToHexStringLower(publicKey));
        Assert.Equal(vector.Ct, Convert.ToHexStringLower(ciphertext));
        Assert.Equal(vector.Ss, Convert.ToHexStringLower(sent));
        Assert.Equal(sent, received);
    }

    [Fact]
    public void Every_encapsulation_makes_another_secret_that_the_owner_of_the_key_finds() => Seeds.ForEach(20, random =>
    {
        byte[] seed = random.BytesOf(XWing.SeedLength);
        byte[] publicKey = PublicKeyOf(seed);
        (byte[] first, byte[] firstSecret) = Encapsulate(publicKey);
        (byte[] second, byte[] secondSecret) = Encapsulate(publicKey);

        Assert.Equal(firstSecret, Decapsulate(seed, first));
        Assert.Equal(secondSecret, Decapsulate(seed, second));
        Assert.NotEqual(firstSecret, secondSecret);
        Assert.NotEqual(first, second);
    });

    [Fact]
    public void Another_key_and_a_flipped_bit_give_another_secret_or_none() => Seeds.ForEach(100, random =>
    {
        byte[] seed = random.BytesOf(XWing.SeedLength);
        (byte[] ciphertext, byte[] secret) = Encapsulate(PublicKeyOf(seed));

        Assert.NotEqual(secret, Decapsulate(random.FlipBit(seed), ciphertext));
        Assert.NotEqual(secret, Decapsulate(seed, random.FlipBit(ciphertext)));
    });

    [Fact]
    public void A_public_key_of_low_order_is_refused()
    {
        byte[] publicKey = PublicKeyOf(new byte[XWing.SeedLength]);
        publicKey.AsSpan(XWing.PublicKeyLength - 32).Clear();

        Assert.Throws<CryptographicException>(() => Encapsulate(publicKey));
    }

    [Fact]
    public void A_public_key_with_numbers_beyond_the_modulus_is_refused()
    {
        byte[] publicKey = PublicKeyOf(new byte[XWing.SeedLength]);
        publicKey.AsSpan(0, 3).Fill(0xFF);

        Assert.Throws<CryptographicException>(() => Encapsulate(publicKey));
    }

    [Fact]
    public void A_ciphertext_of_low_order_has_no_secret()
    {
        byte[] seed = new byte[XWing.SeedLength];
        (byte[] ciphertext, byte[] secret) = Encapsulate(PublicKeyOf(seed));
        ciphertext.AsSpan(XWing.CiphertextLength - 32).Clear();

        Assert.False(XWing.TryDecapsulate(seed, ciphertext, secret));
        Assert.Equal(new byte[XWing.SharedSecretLength], secret);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        byte[] seed = new byte[XWing.SeedLength];
        byte[] publicKey = new byte[XWing.PublicKeyLength];
        byte[] ciphertext = new byte[XWing.CiphertextLength];
        byte[] secret = new byte[XWing.SharedSecretLength];

        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.PublicKeyFromSeed(seed.AsSpan(1), publicKey));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.PublicKeyFromSeed(seed, publicKey.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.Encapsulate(publicKey.AsSpan(1), ciphertext, secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.Encapsulate(publicKey, ciphertext.AsSpan(1), secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.Encapsulate(publicKey, ciphertext, secret.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.TryDecapsulate(seed.AsSpan(1), ciphertext, secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.TryDecapsulate(seed, ciphertext.AsSpan(1), secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => XWing.TryDecapsulate(seed, ciphertext, secret.AsSpan(1)));
    }

    private static byte[] PublicKeyOf(byte[] seed)
    {
        byte[] publicKey = new byte[XWing.PublicKeyLength];
        XWing.PublicKeyFromSeed(seed, publicKey);
        return publicKey;
    }

    private static (byte[] Ciphertext, byte[] Secret) Encapsulate(byte[] publicKey)
    {
        byte[] ciphertext = new byte[XWing.CiphertextLength];
        byte[] secret = new byte[XWing.SharedSecretLength];
        XWing.Encapsulate(publicKey, ciphertext, secret);
        return (ciphertext, secret);
    }

    private static byte[] Decapsulate(byte[] seed, byte[] ciphertext)
    {
        byte[] secret = new byte[XWing.SharedSecretLength];
        XWing.TryDecapsulate(seed, ciphertext, secret);
        return secret;
    }
}
