using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>What a passphrase slot or an administrator's key file holds: everything else derives from it.</summary>
public sealed class AdministratorSecrets : IDisposable
{
    private const int SecretLength = 32;

    private readonly SecretBytes _rootSeed;
    private readonly SecretBytes _epochSecret;

    /// <summary>Takes copies.</summary>
    internal AdministratorSecrets(ReadOnlySpan<byte> rootSeed, uint epoch, ReadOnlySpan<byte> epochSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rootSeed.Length, Signing.SeedLength, nameof(rootSeed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(epochSecret.Length, SecretLength, nameof(epochSecret));
        _rootSeed = new SecretBytes(rootSeed);
        _epochSecret = new SecretBytes(epochSecret);
        Epoch = epoch;
    }

    /// <summary>The newest epoch, from 1.</summary>
    public uint Epoch { get; }

    internal ReadOnlySpan<byte> RootSeed => _rootSeed.Span;

    internal ReadOnlySpan<byte> EpochSecret => _epochSecret.Span;

    /// <summary>Draws the secrets of a new repository.</summary>
    internal static AdministratorSecrets CreateRandom()
    {
        Span<byte> both = stackalloc byte[2 * SecretLength];
        RandomNumberGenerator.Fill(both);
        AdministratorSecrets secrets = new(both[..SecretLength], 1, both[SecretLength..]);
        CryptographicOperations.ZeroMemory(both);
        return secrets;
    }

    /// <summary>Another instance of the same secrets, disposed of apart from this.</summary>
    internal AdministratorSecrets Copy() => new(RootSeed, Epoch, EpochSecret);

    /// <summary>The secret of a purpose in the newest epoch, 32 bytes.</summary>
    internal void Derive(string purpose, ReadOnlySpan<byte> context, Span<byte> destination) =>
        KeyDerivation.Derive(EpochSecret, purpose, context, destination);

    /// <summary>Appends the field list; the caller wipes the writer.</summary>
    internal void Write(ByteWriter writer)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, RootSeed);
        fields.Number(3, Epoch);
        fields.Bytes(5, EpochSecret);
    }

    /// <summary>Decodes the field list.</summary>
    /// <exception cref="InvalidEncodingException">It is malformed.</exception>
    /// <exception cref="NewerFormatException">It has critical fields this version does not know.</exception>
    internal static AdministratorSecrets Read(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ReadOnlySpan<byte> root = default;
        ReadOnlySpan<byte> secret = default;
        uint epoch = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    root = fields.Fixed(Signing.SeedLength);
                    break;
                case 3:
                    epoch = EpochCodec.ReadNumber(fields.Number());
                    break;
                case 5:
                    secret = fields.Fixed(SecretLength);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return root.IsEmpty || secret.IsEmpty || epoch == 0
            ? throw new InvalidEncodingException("it lacks one of the administrator's secrets")
            : new AdministratorSecrets(root, epoch, secret);
    }

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose()
    {
        _rootSeed.Dispose();
        _epochSecret.Dispose();
    }
}
