using SnapFs.Cryptography;

namespace SnapFs.Tests;

public sealed class PasswordsTests
{
    [Fact]
    public void Known_answer_of_the_reference_implementation()
    {
        // printf password | argon2 0123456789abcdef -id -t 2 -k 65536 -p 1 -l 32 -r
        byte[] key = new byte[Passwords.KeyLength];
        Passwords.DeriveKey("password"u8, "0123456789abcdef"u8, new Argon2Parameters(65536, 2), key);

        Assert.Equal(
            "efefea1217a1d74f60760e0cddef0e1ddcc58d048f2a50ba3606d5bf0a68af9f", Convert.ToHexStringLower(key));
    }

    [Theory]
    [InlineData(65535, 2)]
    [InlineData(65536, 1)]
    [InlineData(0, 0)]
    [InlineData(4 * 1024 * 1024 + 1, 2)]
    [InlineData(65536, 65)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void Costs_below_the_floor_or_above_the_bound_are_refused(uint memoryKiB, uint passes)
    {
        Argon2Parameters parameters = new(memoryKiB, passes);

        Assert.False(parameters.IsAcceptable);
        Assert.Throws<ArgumentOutOfRangeException>(() => Passwords.DeriveKey(
            "password"u8, new byte[Passwords.SaltLength], parameters, new byte[Passwords.KeyLength]));
    }

    [Fact]
    public void Minimum_default_and_maximum_are_acceptable()
    {
        Assert.True(Argon2Parameters.Minimum.IsAcceptable);
        Assert.True(Argon2Parameters.Default.IsAcceptable);
        Assert.True(Argon2Parameters.Maximum.IsAcceptable);
    }

    [Fact]
    public void A_new_slot_takes_64_MiB_which_every_machine_has() =>
        Assert.Equal(new Argon2Parameters(64 * 1024, 3), Argon2Parameters.Default);
}
