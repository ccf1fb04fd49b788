using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>What an administrator holds of a domain: its secret and the seeds of its private keys.</summary>
internal sealed class DomainSecrets : IDisposable
{
    internal const int Length = 32;

    private readonly SecretBytes _secret;
    private readonly SecretBytes _treeSeed;
    private readonly SecretBytes _dataSeed;

    internal DomainSecrets(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> treeSeed, ReadOnlySpan<byte> dataSeed)
    {
        _secret = new SecretBytes(secret);
        _treeSeed = new SecretBytes(treeSeed);
        _dataSeed = new SecretBytes(dataSeed);
    }

    /// <summary>Chunk ids, the chunker and the index key derive from it.</summary>
    internal ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Makes the key pair that trees are sealed to.</summary>
    internal ReadOnlySpan<byte> TreeSeed => _treeSeed.Span;

    /// <summary>Makes the key pair that data is sealed to.</summary>
    internal ReadOnlySpan<byte> DataSeed => _dataSeed.Span;

    internal static DomainSecrets CreateRandom()
    {
        Span<byte> random = stackalloc byte[3 * Length];
        RandomNumberGenerator.Fill(random);
        DomainSecrets secrets = new(random[..Length], random.Slice(Length, Length), random[(2 * Length)..]);
        CryptographicOperations.ZeroMemory(random);
        return secrets;
    }

    internal void Write(ByteWriter writer)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, Secret);
        fields.Bytes(3, TreeSeed);
        fields.Bytes(5, DataSeed);
    }

    internal static DomainSecrets Read(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ReadOnlySpan<byte> secret = default;
        ReadOnlySpan<byte> tree = default;
        ReadOnlySpan<byte> data = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    secret = fields.Fixed(Length);
                    break;
                case 3:
                    tree = fields.Fixed(Length);
                    break;
                case 5:
                    data = fields.Fixed(Length);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return secret.IsEmpty || tree.IsEmpty || data.IsEmpty
            ? throw new InvalidEncodingException("it lacks one of the secrets of the domain")
            : new DomainSecrets(secret, tree, data);
    }

    public void Dispose()
    {
        _secret.Dispose();
        _treeSeed.Dispose();
        _dataSeed.Dispose();
    }
}
