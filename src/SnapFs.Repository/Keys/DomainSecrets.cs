using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>The secrets of a domain: one that never changes, and the keys of each epoch (<c>docs/format.md</c> section 3.2).
/// </summary>
internal sealed class DomainSecrets : IDisposable
{
    /// <summary>Bytes of each secret.</summary>
    internal const int Length = 32;

    /// <summary>The most epochs a reader accepts.</summary>
    internal const int MaxEpochs = 4096;

    private readonly SecretBytes _secret;
    private readonly List<EpochKeys> _epochs = [];

    private DomainSecrets(ReadOnlySpan<byte> secret) => _secret = new SecretBytes(secret);

    /// <summary>Chunk ids and the chunker derive from it.</summary>
    internal ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Oldest first; at least one.</summary>
    internal IReadOnlyList<EpochKeys> Epochs => _epochs;

    /// <summary>Draws the secrets of a new domain in one epoch.</summary>
    internal static DomainSecrets CreateRandom(uint epoch)
    {
        Span<byte> random = stackalloc byte[4 * Length];
        RandomNumberGenerator.Fill(random);
        DomainSecrets secrets = new(random[..Length]);
        secrets._epochs.Add(new EpochKeys(epoch, random.Slice(Length, Length), random[(2 * Length)..]));
        CryptographicOperations.ZeroMemory(random);
        return secrets;
    }

    /// <summary>Appends the field list that administrators read; the caller wipes the writer.</summary>
    internal void Write(ByteWriter writer)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, Secret);
        ByteWriter value = new(256);
        value.Varint((ulong)_epochs.Count);
        foreach (EpochKeys epoch in _epochs)
        {
            value.Varint(epoch.Number);
            value.Bytes(epoch.IndexKey);
            value.Bytes(epoch.Seeds);
        }

        fields.Bytes(3, value.Written);
        value.Wipe();
    }

    /// <summary>Appends the field list that is granted to an agent; the caller wipes the writer.</summary>
    internal void WriteForAgent(ByteWriter writer, ShortId domain, bool mayRead)
    {
        FieldWriter fields = new(writer);
        fields.Bytes(1, domain.ToArray());
        fields.Bytes(3, Secret);
        ByteWriter value = new(256);
        value.Varint((ulong)_epochs.Count);
        foreach (EpochKeys epoch in _epochs)
        {
            value.Varint(epoch.Number);
            value.Bytes(epoch.IndexKey);
        }

        fields.Bytes(5, value.Written);
        value.Wipe();
        if (mayRead)
        {
            value.Clear();
            value.Varint((ulong)_epochs.Count);
            _epochs.ForEach(epoch => value.Bytes(epoch.Seeds));
            fields.Bytes(7, value.Written);
            value.Wipe();
        }
    }

    /// <summary>Decodes what <see cref="Write"/> wrote.</summary>
    internal static DomainSecrets Read(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ReadOnlySpan<byte> secret = default;
        ReadOnlySpan<byte> epochs = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    secret = fields.Fixed(Length);
                    break;
                case 3:
                    epochs = fields.Value;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return Read(secret, epochs, default, isForAgent: false);
    }

    /// <summary>Decodes what <see cref="WriteForAgent"/> wrote.</summary>
    internal static (ShortId Domain, DomainSecrets Secrets) ReadForAgent(ReadOnlySpan<byte> list, string subject)
    {
        FieldReader fields = new(list);
        ShortId? domain = null;
        ReadOnlySpan<byte> secret = default;
        ReadOnlySpan<byte> epochs = default;
        ReadOnlySpan<byte> seeds = default;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    domain = ShortId.Read(fields.Fixed(ShortId.Length));
                    break;
                case 3:
                    secret = fields.Fixed(Length);
                    break;
                case 5:
                    epochs = fields.Value;
                    break;
                case 7:
                    seeds = fields.Value;
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return domain is ShortId id
            ? (id, Read(secret, epochs, seeds, isForAgent: true))
            : throw new InvalidEncodingException("it does not name its domain");
    }

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose()
    {
        _secret.Dispose();
        _epochs.ForEach(epoch => epoch.Dispose());
    }

    private static DomainSecrets Read(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> epochs, ReadOnlySpan<byte> seeds, bool isForAgent)
    {
        if (secret.IsEmpty || epochs.IsEmpty)
        {
            throw new InvalidEncodingException("it lacks one of the secrets of the domain");
        }

        DomainSecrets secrets = new(secret);
        try
        {
            ByteReader reader = new(epochs);
            ByteReader seedReader = new(seeds);
            int count = reader.VarintInt32(MaxEpochs);
            if (count == 0 || (!seeds.IsEmpty && seedReader.VarintInt32(MaxEpochs) != count))
            {
                throw new InvalidEncodingException("its list of epochs is none");
            }

            for (int i = 0; i < count; i++)
            {
                uint number = EpochObject.ReadNumber(reader.Varint());
                ReadOnlySpan<byte> indexKey = reader.Bytes(Length);
                secrets.Add(new EpochKeys(
                    number,
                    indexKey,
                    !isForAgent ? reader.Bytes(2 * Length) : seeds.IsEmpty ? default : seedReader.Bytes(2 * Length)));
            }

            reader.End();
            seedReader.End();
            return secrets;
        }
        catch
        {
            secrets.Dispose();
            throw;
        }
    }

    private void Add(EpochKeys epoch)
    {
        if (_epochs.Count > 0 && _epochs[^1].Number >= epoch.Number)
        {
            epoch.Dispose();
            throw new InvalidEncodingException("its epochs do not ascend");
        }

        _epochs.Add(epoch);
    }
}

/// <summary>The keys of a domain in one epoch.</summary>
internal sealed class EpochKeys : IDisposable
{
    private readonly SecretBytes _keys;

    /// <param name="number">The epoch.</param>
    /// <param name="indexKey">Seals index, footers and heads; 32 bytes.</param>
    /// <param name="seeds">Of the X-Wing keys for trees and data, 32 bytes each; empty without the right to read.</param>
    internal EpochKeys(uint number, ReadOnlySpan<byte> indexKey, ReadOnlySpan<byte> seeds)
    {
        Number = number;
        Span<byte> keys = stackalloc byte[3 * DomainSecrets.Length];
        indexKey.CopyTo(keys);
        seeds.CopyTo(keys[DomainSecrets.Length..]);
        _keys = new SecretBytes(keys[..(indexKey.Length + seeds.Length)]);
        CryptographicOperations.ZeroMemory(keys);
    }

    /// <summary>The epoch, from 1.</summary>
    internal uint Number { get; }

    /// <summary>Seals index, footers and heads.</summary>
    internal ReadOnlySpan<byte> IndexKey => _keys.Span[..DomainSecrets.Length];

    /// <summary>Whether what was sealed in this epoch can be opened.</summary>
    internal bool CanRead => _keys.Length > DomainSecrets.Length;

    /// <summary>Makes the key pair that trees are sealed to.</summary>
    internal ReadOnlySpan<byte> TreeSeed => Seeds[..DomainSecrets.Length];

    /// <summary>Makes the key pair that data is sealed to.</summary>
    internal ReadOnlySpan<byte> DataSeed => Seeds[DomainSecrets.Length..];

    /// <summary>Both.</summary>
    internal ReadOnlySpan<byte> Seeds => _keys.Span[DomainSecrets.Length..];

    public void Dispose() => _keys.Dispose();
}
