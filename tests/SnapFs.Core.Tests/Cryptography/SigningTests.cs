using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class SigningTests
{
    [Theory] // RFC 8032, section 7.1, tests 1 and 2
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Known_answer(string seed, string publicKey, string message, string signature)
    {
        byte[] derivedPublic = new byte[Signing.PublicKeyLength];
        byte[] secret = new byte[Signing.SecretKeyLength];
        Signing.KeyPairFromSeed(Convert.FromHexString(seed), derivedPublic, secret);
        byte[] signed = new byte[Signing.SignatureLength];
        Signing.Sign(secret, Convert.FromHexString(message), signed);

        Assert.Equal(publicKey, Convert.ToHexStringLower(derivedPublic));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
    }

    [Fact]
    public void A_flipped_bit_in_message_signature_or_key_does_not_verify() => Seeds.ForEach(100, random =>
    {
        byte[] publicKey = new byte[Signing.PublicKeyLength];
        byte[] secret = new byte[Signing.SecretKeyLength];
        Signing.KeyPairFromSeed(random.BytesOf(Signing.SeedLength), publicKey, secret);
        byte[] message = [1, .. random.Bytes(maxLength: 1000)];
        byte[] signature = new byte[Signing.SignatureLength];
        Signing.Sign(secret, message, signature);

        Assert.True(Signing.Verify(publicKey, message, signature));
        Assert.False(Signing.Verify(publicKey, random.FlipBit(message), signature));
        Assert.False(Signing.Verify(publicKey, message, random.FlipBit(signature)));
        Assert.False(Signing.Verify(random.FlipBit(publicKey), message, signature));
        Assert.False(Signing.Verify(publicKey, message, signature.AsSpan(1)));
    });
}
