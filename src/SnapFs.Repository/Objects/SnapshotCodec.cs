using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Objects;

/// <summary>
/// Encodes snapshots (<c>docs/format.md</c> section 8): a head under the index key of the domain, a body under a fresh
/// key that is sealed to the domain's public tree key, and the signature of the agent.
/// </summary>
public static class SnapshotCodec
{
    private const int BodyKeyBoxLength = Sealing.KeyLength + SealedBox.Overhead;

    /// <summary>Encodes and signs a snapshot; the SHA-256 of the result is its id.</summary>
    /// <param name="keys">The domain and the signer.</param>
    /// <param name="head">The id is not looked at.</param>
    /// <param name="body">What only readers of the domain see; what there is no room for is counted instead.</param>
    /// <exception cref="EncodingLimitException">No reader would take it, so that it must not be put.</exception>
    public static byte[] Encode(IDomainKeys keys, SnapshotHead head, SnapshotBody body)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ByteWriter writer = new(4096);
        SignedFields.Write(writer, FormatKind.Snapshot, keys, keys.Epoch);

        byte[] headFields = SnapshotFields.EncodeHead(head);
        byte[] bodyFields = SnapshotBodyFields.Encode(body);
        CheckReadable(headFields, bodyFields);
        byte[] paddedHead = PaddedContent.Wrap(headFields);
        writer.UInt32((uint)(paddedHead.Length + Sealing.Overhead));
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveHeadKey(keys, key);
        writer.Bytes(Sealing.Seal(key, writer.Written, paddedHead));

        byte[] paddedBody = PaddedContent.Wrap(bodyFields);
        writer.UInt32((uint)(BodyKeyBoxLength + paddedBody.Length + Sealing.Overhead));
        RandomNumberGenerator.Fill(key);
        writer.Bytes(keys.SealTo(ChunkKind.Tree, key));
        writer.Bytes(Sealing.Seal(key, keys.DomainId, paddedBody));
        CryptographicOperations.ZeroMemory(key);
        writer.Bytes(keys.Sign((byte)FormatKind.Snapshot, writer.Written));
        return writer.Length <= SnapshotLimits.MaxObject
            ? writer.ToArray()
            : throw new EncodingLimitException(
                $"the snapshot has {writer.Length} bytes, more than {SnapshotLimits.MaxObject}");
    }

    /// <summary>Checks a snapshot and decodes what the index key opens.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="content">The whole object, its name already checked.</param>
    /// <param name="id">Its name.</param>
    /// <exception cref="DamagedException">It is forged or damaged.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static SnapshotHead DecodeHead(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id)
    {
        string subject = NameOf(id);
        try
        {
            Parts parts = ReadParts(keys, content, subject);
            return DecodeHead(keys, content, id, parts, subject);
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    /// <summary>Checks a snapshot and decodes what the private tree key of its domain opens.</summary>
    /// <exception cref="DamagedException">It is forged or damaged.</exception>
    /// <exception cref="WrongKeyException">This process may not read the domain.</exception>
    /// <inheritdoc cref="DecodeHead(IDomainKeys, ReadOnlySpan{byte}, in ObjectId)" path="/param"/>
    public static SnapshotBody DecodeBody(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id)
    {
        string subject = NameOf(id);
        try
        {
            Parts parts = ReadParts(keys, content, subject);
            DecodeHead(keys, content, id, parts, subject); // the signer may not sign for every host
            if (!keys.CanRead)
            {
                throw new WrongKeyException(
                    "this key may write but not read; use an administrator's key or passphrase");
            }

            ReadOnlySpan<byte> body = content[parts.Body];
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            bool opened = body.Length > BodyKeyBoxLength
                && keys.TryOpenSealed(ChunkKind.Tree, parts.Epoch, body[..BodyKeyBoxLength], key);
            byte[]? padded = null;
            opened = opened && Sealing.TryOpen(key, keys.DomainId, body[BodyKeyBoxLength..], out padded);
            CryptographicOperations.ZeroMemory(key);
            return opened && padded is not null
                ? SnapshotBodyFields.Decode(PaddedContent.Unwrap(padded), subject)
                : throw new DamagedException(subject, "its body does not decrypt");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    /// <summary>What a user finds a snapshot by.</summary>
    internal static string NameOf(in ObjectId id) => $"snapshots/{id}";

    private static SnapshotHead DecodeHead(
        IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, in Parts parts, string subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveHeadKey(keys, key);
        int start = parts.Head.Start.Value;
        bool opened = Sealing.TryOpen(key, content[..start], content[parts.Head], out byte[]? padded);
        CryptographicOperations.ZeroMemory(key);
        if (!opened || padded is null)
        {
            throw new DamagedException(subject, "its head does not decrypt");
        }

        SnapshotHead head = SnapshotFields.DecodeHead(PaddedContent.Unwrap(padded).Span, id, subject);
        return keys.MaySignFor(parts.Signer, head.Host)
            ? head
            : throw new DamagedException(subject, $"its signer may not sign for the host '{head.Host}'");
    }

    /// <summary>Finds the parts of a snapshot and checks its signature.</summary>
    private static Parts ReadParts(IDomainKeys keys, ReadOnlySpan<byte> content, string subject)
    {
        SignedFields fields = SignedFields.Read(keys, content, FormatKind.Snapshot, subject);
        uint epoch = EpochCodec.ReadNumber(fields.Number);
        if (!fields.AreOf(keys))
        {
            throw new NewerFormatException(subject, "another domain than this key's");
        }

        int offset = fields.End;
        ByteReader reader = new(content[offset..]);
        Range head = Part(ref reader, offset);
        Range body = Part(ref reader, offset);
        int end = offset + reader.Position;
        if (content.Length - end != ObjectSignature.Length)
        {
            throw new InvalidEncodingException("its parts do not add up");
        }

        return keys.Verify((byte)FormatKind.Snapshot, fields.Signer, content[..end], content[end..])
            ? new Parts(head, body, fields.Signer, epoch)
            : throw new DamagedException(subject, "its signature is not that of an agent of this repository");
    }

    /// <summary>Decodes what was encoded: a limit that only readers knew would show when all data was lost.</summary>
    private static void CheckReadable(byte[] head, byte[] body)
    {
        try
        {
            SnapshotFields.DecodeHead(head, default, "the snapshot");
            SnapshotBodyFields.Decode(body, "the snapshot");
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            throw new EncodingLimitException($"the snapshot cannot be described: {e.Message}");
        }
    }

    private static Range Part(ref ByteReader reader, int offset)
    {
        uint length = reader.UInt32();
        int start = offset + reader.Position;
        reader.Bytes((int)Math.Min(length, int.MaxValue));
        return start..(offset + reader.Position);
    }

    private static void DeriveHeadKey(IDomainKeys keys, Span<byte> key) =>
        KeyDerivation.Derive(keys.IndexKey, "snapshot-head", [], key);

    private readonly record struct Parts(Range Head, Range Body, SignerId Signer, uint Epoch);
}
