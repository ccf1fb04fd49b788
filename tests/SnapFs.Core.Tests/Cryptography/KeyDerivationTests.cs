using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

/// <summary>The expected values were computed by a program of its own, from the formula alone.</summary>
public sealed class KeyDerivationTests
{
    [Fact]
    public void Known_answer()
    {
        byte[] derived = new byte[42];
        KeyDerivation.Derive(Keys.Counting(32), "test", "context"u8, derived);

        Assert.Equal(
            "673f9600a2fad8705891db9f376bde4d0098b9ce57627873e036fc11d98280018bfdf4657d75ef9cba92",
            Convert.ToHexStringLower(derived));
    }

    [Fact]
    public void Known_answer_without_a_context()
    {
        byte[] derived = new byte[32];
        KeyDerivation.Derive(Keys.Counting(32), "seal-key", [], derived);

        Assert.Equal(
            "0a0bd9b26a79da694773ae2e5a9a24c8c0fa9591c4a8fb58352302466ff4bf9e", Convert.ToHexStringLower(derived));
    }

    [Fact]
    public void Moving_a_letter_from_purpose_to_context_gives_another_key()
    {
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        KeyDerivation.Derive(Keys.Counting(32), "ab", "c"u8, one);
        KeyDerivation.Derive(Keys.Counting(32), "a", "bc"u8, two);

        Assert.NotEqual(one, two);
    }

    [Fact]
    public void Long_contexts_and_the_longest_output_work_and_a_longer_one_is_refused()
    {
        byte[] longest = new byte[KeyDerivation.MaxLength];
        KeyDerivation.Derive(Keys.Counting(32), "test", new byte[5000], longest);

        Assert.Contains(longest[^32..], b => b != 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyDerivation.Derive(
            Keys.Counting(32), "test", [], new byte[KeyDerivation.MaxLength + 1]));
    }

    [Fact]
    public void A_chunk_hash_is_the_hmac_of_its_content()
    {
        using ChunkHasher hasher = new(Keys.Counting(32));
        byte[] hash = new byte[ChunkHasher.HashLength];
        hasher.Hash("chunk"u8, hash);

        Assert.Equal(
            "3d46dd86cb2691259c1535f663554cc5d469c7a8c956d45457ae1f7099d574ee", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void A_disposed_hasher_refuses_instead_of_hashing_under_a_zero_key()
    {
        ChunkHasher hasher = new(Keys.Counting(32));
        hasher.Dispose();

        Assert.Throws<ObjectDisposedException>(() => hasher.Hash("chunk"u8, new byte[32]));
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        using ChunkHasher hasher = new(Keys.Counting(32));
        byte[] content = new byte[5000];
        byte[] hash = new byte[ChunkHasher.HashLength];
        hasher.Hash(content, hash);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            hasher.Hash(content, hash);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 99);
    }

    [Fact]
    public void Secrets_hold_what_was_given_and_nothing_after_disposal() => Seeds.ForEach(20, random =>
    {
        byte[] content = random.Bytes(maxLength: 5000);
        SecretBytes secret = new(content);

        Assert.Equal(content, secret.Span.ToArray());
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
    });

    [Fact]
    public void Random_secrets_differ()
    {
        using SecretBytes one = SecretBytes.Random(32);
        using SecretBytes two = SecretBytes.Random(32);

        Assert.Equal(32, one.Length);
        Assert.False(one.Span.SequenceEqual(two.Span));
    }
}
