using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>What the newest epoch grants to an administrator (<c>docs/format.md</c> section 3.2). An agent's process has no
/// instance of this.</summary>
public sealed class AdministratorSecrets : IDisposable
{
    private const int SecretLength = 32;

    private readonly SecretBytes _epochSecret;
    private readonly SecretBytes _authoritySeed;
    private readonly SecretBytes _authorityKey;
    private readonly SecretBytes? _rootSecret;
    private readonly byte[] _authorityPublicKey = new byte[Signing.PublicKeyLength];

    /// <summary>Takes copies; <paramref name="rootSecret"/> is empty where it is not kept here.</summary>
    internal AdministratorSecrets(
        uint epoch, ReadOnlySpan<byte> epochSecret, ReadOnlySpan<byte> authoritySeed, ReadOnlySpan<byte> rootSecret)
    {
        Epoch = epoch;
        _epochSecret = new SecretBytes(epochSecret);
        _authoritySeed = new SecretBytes(authoritySeed);
        Span<byte> key = stackalloc byte[Signing.SecretKeyLength];
        Signing.KeyPairFromSeed(authoritySeed, _authorityPublicKey, key);
        _authorityKey = new SecretBytes(key);
        CryptographicOperations.ZeroMemory(key);
        _rootSecret = rootSecret.IsEmpty ? null : new SecretBytes(rootSecret);
    }

    /// <summary>The newest epoch, from 1.</summary>
    public uint Epoch { get; }

    /// <summary>Whether the root's secret is kept with these, so that a new epoch can be started.</summary>
    public bool HasRoot => _rootSecret is not null;

    internal ReadOnlySpan<byte> RootSecret => _rootSecret is null ? default : _rootSecret.Span;

    internal ReadOnlySpan<byte> Authority => _authorityPublicKey;

    /// <summary>Draws the secrets of an epoch.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="rootSecret">The root's secret, where it is to be kept with them; else empty.</param>
    internal static AdministratorSecrets CreateRandom(uint epoch, ReadOnlySpan<byte> rootSecret)
    {
        Span<byte> both = stackalloc byte[2 * SecretLength];
        RandomNumberGenerator.Fill(both);
        AdministratorSecrets secrets = new(epoch, both[..SecretLength], both[SecretLength..], rootSecret);
        CryptographicOperations.ZeroMemory(both);
        return secrets;
    }

    /// <summary>The secret of a purpose in this epoch, 32 bytes.</summary>
    internal void Derive(string purpose, ReadOnlySpan<byte> context, Span<byte> destination) =>
        KeyDerivation.Derive(_epochSecret.Span, purpose, context, destination);

    /// <summary>Signs a field list as this epoch's authority.</summary>
    internal byte[] Sign(FormatKind kind, ByteWriter list, in ObjectId repositoryId) =>
        CertifiedObject.Sign(kind, list, repositoryId, _authorityKey.Span);

    /// <summary>Appends the field list; the caller wipes the writer.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="withRoot">Whether the root's secret goes with it.</param>
    internal void Write(ByteWriter writer, bool withRoot)
    {
        FieldWriter fields = new(writer);
        fields.Number(1, Epoch);
        fields.Bytes(3, _epochSecret.Span);
        fields.Bytes(5, _authoritySeed.Span);
        if (withRoot && _rootSecret is not null)
        {
            fields.Bytes(8, _rootSecret.Span);
        }
    }

    /// <summary>Decodes the field list.</summary>
    /// <exception cref="InvalidEncodingException">It is malformed.</exception>
    /// <exception cref="NewerFormatException">It has critical fields this version does not know.</exception>
    internal static AdministratorSecrets Read(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ReadOnlySpan<byte> secret = default;
        ReadOnlySpan<byte> authority = default;
        ReadOnlySpan<byte> root = default;
        uint epoch = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    epoch = EpochObject.ReadNumber(fields.Number());
                    break;
                case 3:
                    secret = fields.Fixed(SecretLength);
                    break;
                case 5:
                    authority = fields.Fixed(SecretLength);
                    break;
                case 8:
                    root = fields.Fixed(SecretLength);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return secret.IsEmpty || authority.IsEmpty || epoch == 0
            ? throw new InvalidEncodingException("it lacks one of the administrator's secrets")
            : new AdministratorSecrets(epoch, secret, authority, root);
    }

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose()
    {
        _epochSecret.Dispose();
        _authoritySeed.Dispose();
        _authorityKey.Dispose();
        _rootSecret?.Dispose();
    }
}
