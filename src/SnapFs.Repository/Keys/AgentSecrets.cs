using SnapFs.Binary;
using SnapFs.Cryptography;

namespace SnapFs.Repository.Keys;

/// <summary>
/// What an agent's key file holds: enough to write and to deduplicate in one domain, and, only if it may read, the
/// private keys of that domain.
/// </summary>
public sealed class AgentSecrets : IDisposable
{
    private readonly byte[] _domainId;
    private readonly SecretBytes _domainSecret;
    private readonly SecretBytes _signerSeed;
    private readonly SecretBytes? _treeSeed;
    private readonly SecretBytes? _dataSeed;

    /// <summary>Takes copies; both seeds of private keys are empty for an agent that may not read.</summary>
    internal AgentSecrets(
        ReadOnlySpan<byte> domainId,
        uint epoch,
        ReadOnlySpan<byte> domainSecret,
        ReadOnlySpan<byte> signerSeed,
        ReadOnlySpan<byte> treeSeed,
        ReadOnlySpan<byte> dataSeed)
    {
        _domainId = domainId.ToArray();
        Epoch = epoch;
        _domainSecret = new SecretBytes(domainSecret);
        _signerSeed = new SecretBytes(signerSeed);
        _treeSeed = treeSeed.IsEmpty ? null : new SecretBytes(treeSeed);
        _dataSeed = dataSeed.IsEmpty ? null : new SecretBytes(dataSeed);
    }

    /// <summary>The epoch whose public keys the agent seals to.</summary>
    public uint Epoch { get; }

    /// <summary>Whether it may read what its domain stored.</summary>
    public bool CanRead => _treeSeed is not null;

    /// <summary>The domain, 16 bytes.</summary>
    public ReadOnlySpan<byte> DomainId => _domainId;

    internal ReadOnlySpan<byte> DomainSecret => _domainSecret.Span;

    internal ReadOnlySpan<byte> SignerSeed => _signerSeed.Span;

    internal ReadOnlySpan<byte> TreeSeed => _treeSeed is null ? default : _treeSeed.Span;

    internal ReadOnlySpan<byte> DataSeed => _dataSeed is null ? default : _dataSeed.Span;

    /// <summary>Appends the field list; the caller wipes the writer.</summary>
    internal void Write(ByteWriter writer)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, _domainId);
        fields.Number(3, Epoch);
        fields.Bytes(5, DomainSecret);
        fields.Bytes(7, SignerSeed);
        if (CanRead)
        {
            fields.Bytes(8, TreeSeed);
            fields.Bytes(10, DataSeed);
        }
    }

    /// <summary>Decodes the field list.</summary>
    internal static AgentSecrets Read(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ReadOnlySpan<byte> domain = default;
        ReadOnlySpan<byte> secret = default;
        ReadOnlySpan<byte> signer = default;
        ReadOnlySpan<byte> tree = default;
        ReadOnlySpan<byte> data = default;
        uint epoch = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    domain = fields.Fixed(DomainObject.IdLength);
                    break;
                case 3:
                    epoch = EpochCodec.ReadNumber(fields.Number());
                    break;
                case 5:
                    secret = fields.Fixed(DomainSecrets.Length);
                    break;
                case 7:
                    signer = fields.Fixed(Signing.SeedLength);
                    break;
                case 8:
                    tree = fields.Fixed(SealedBox.SeedLength);
                    break;
                case 10:
                    data = fields.Fixed(SealedBox.SeedLength);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        if (domain.IsEmpty || epoch == 0 || secret.IsEmpty || signer.IsEmpty || tree.IsEmpty != data.IsEmpty)
        {
            throw new InvalidEncodingException("it lacks one of the agent's keys");
        }

        return new AgentSecrets(domain, epoch, secret, signer, tree, data);
    }

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose()
    {
        _domainSecret.Dispose();
        _signerSeed.Dispose();
        _treeSeed?.Dispose();
        _dataSeed?.Dispose();
    }
}
