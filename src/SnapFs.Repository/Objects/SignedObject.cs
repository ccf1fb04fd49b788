using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Objects;

/// <summary>
/// What index, heads and snapshots have in common: fields in the clear, a sealed head, the hash of the rest, and the signature of
/// who wrote it, which is over all of that and so can be checked without the rest (<c>docs/format.md</c> section 2.4).
/// </summary>
internal sealed class SignedObject
{
    /// <summary>The longest sealed head of an index or heads object a reader accepts, bytes.</summary>
    internal const int MaxHead = 1024 * 1024;

    /// <summary>Where the id of the signer ends: it stands at the same place in every object, after those of the repository and the
    /// domain.</summary>
    internal const int SignerEnd = Envelope.HeaderLength + sizeof(uint) + (3 * 2) + ObjectId.Length + (2 * ShortId.Length);

    private const int HashLength = SHA256.HashSizeInBytes;

    private readonly FormatKind _kind;
    private readonly byte _version;
    private readonly int _clearLength;
    private readonly Range _head;
    private readonly int _signedLength;

    private SignedObject(FormatKind kind, byte version, int clearLength, Range head, int signedLength)
    {
        _kind = kind;
        _version = version;
        _clearLength = clearLength;
        _head = head;
        _signedLength = signedLength;
    }

    /// <summary>Bytes up to the end of the signature; the rest follows.</summary>
    internal int PartLength => _signedLength + ObjectSignature.Length;

    /// <summary>Encodes and signs an object.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="run">Who writes it.</param>
    /// <param name="extra">Its clear fields after those that all have: tags from 13 on.</param>
    /// <param name="seal">Seals the head and makes what follows the signature; is given the bytes that both are bound to.</param>
    internal static byte[] Write(
        FormatKind kind, WritingRun run, ByteWriter extra, Func<byte[], (byte[] Head, byte[] Following)> seal)
    {
        ByteWriter list = new(256);
        FieldWriter fields = new(list);
        fields.Bytes(1, run.Keys.RepositoryId.Span);
        fields.Bytes(3, run.Keys.Domain.ToArray());
        fields.Bytes(5, run.Keys.Signer.ToArray());
        fields.Number(7, run.Keys.Epoch);
        fields.Bytes(9, run.Id.ToArray());
        fields.Number(11, run.Sequence);
        list.Bytes(extra.Written);
        ByteWriter clear = new(512);
        Envelope.Write(clear, kind, list);
        (byte[] head, byte[] rest) = seal(clear.ToArray());
        ByteWriter writer = new(clear.Length + head.Length + 256);
        writer.Bytes(clear.Written);
        writer.UInt32((uint)head.Length);
        writer.Bytes(head);
        Span<byte> hash = stackalloc byte[HashLength];
        SHA256.HashData(rest, hash);
        writer.Bytes(hash);
        writer.Bytes(run.Keys.Sign(kind, writer.Written));
        byte[] content = new byte[writer.Length + rest.Length]; // once: the rest may be large
        writer.Written.CopyTo(content);
        rest.CopyTo(content.AsSpan(writer.Length));
        return content;
    }

    /// <summary>Who an object says to be of, from its first <see cref="SignerEnd"/> bytes.</summary>
    internal static ShortId SignerIn(ReadOnlySpan<byte> beginning) => ShortId.Read(beginning[(SignerEnd - ShortId.Length)..SignerEnd]);

    /// <summary>Finds the parts of an object, or of its beginning up to the signature.</summary>
    /// <returns>Null if it is not formed like one, of whatever version, or too long.</returns>
    internal static SignedObject? TryRead(ReadOnlySpan<byte> content, FormatKind kind)
    {
        if (!Envelope.IsOfSuite(content) || content[4] != (byte)kind)
        {
            return null;
        }

        try
        {
            ByteReader reader = new(content[Envelope.HeaderLength..]);
            reader.Bytes((int)Math.Min(reader.UInt32(), int.MaxValue));
            int clear = Envelope.HeaderLength + reader.Position;
            int headLength = (int)Math.Min(reader.UInt32(), int.MaxValue);
            int head = Envelope.HeaderLength + reader.Position;
            reader.Bytes(headLength);
            reader.Bytes(HashLength);
            int signed = Envelope.HeaderLength + reader.Position;
            reader.Bytes(ObjectSignature.Length);
            bool isTooLong = kind == FormatKind.Snapshot
                ? signed + ObjectSignature.Length > SnapshotLimits.MaxSignedPart
                : headLength > MaxHead;
            return isTooLong ? null : new SignedObject(kind, content[5], clear, head..(head + headLength), signed);
        }
        catch (InvalidEncodingException)
        {
            return null;
        }
    }

    /// <summary>Whether the object counts in a domain.</summary>
    /// <param name="keys">The domain.</param>
    /// <param name="content">The same bytes.</param>
    /// <param name="name">The object's name, which is known to be right.</param>
    /// <param name="trust">Why it counts, or <see cref="ObjectTrust.None"/>.</param>
    /// <returns>Who wrote it; null if it does not name its domain and writer.</returns>
    internal ObjectOrigin? Check(IDomainKeys keys, ReadOnlySpan<byte> content, ObjectId name, out ObjectTrust trust)
    {
        trust = ObjectTrust.None;
        if (TryReadOrigin(content) is not ObjectOrigin origin
            || origin.Repository != keys.RepositoryId
            || origin.Domain != keys.Domain)
        {
            return null;
        }

        trust = keys.Verify(new ObjectClaim
        {
            Kind = _kind,
            Domain = origin.Domain,
            Signer = origin.Signer,
            Name = _kind == FormatKind.Heads ? null : name, // nobody vouches for these: they can be written anew
            Bytes = content[.._signedLength],
            Signature = content[_signedLength..PartLength],
        });
        return origin;
    }

    /// <summary>The clear fields of an object that counts.</summary>
    /// <param name="content">The same bytes.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="extra">The tags from 13 on that are known.</param>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal FieldSet Fields(ReadOnlySpan<byte> content, string subject, params ReadOnlySpan<byte> extra) =>
        _version == Envelope.Version
            ? new FieldSet(ClearFields(content), subject, [1, 3, 5, 7, 9, 11, .. extra])
            : throw new NewerFormatException(subject, $"format version {_version}");

    /// <summary>Opens the head.</summary>
    /// <param name="content">The same bytes.</param>
    /// <param name="key">What it was sealed with.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="DamagedException">It does not open.</exception>
    internal ReadOnlyMemory<byte> OpenHead(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, string subject) =>
        TryOpenHead(content, key) ?? throw new DamagedException(subject, "its head does not decrypt");

    /// <summary>Opens the head, if who made it had the key.</summary>
    internal ReadOnlyMemory<byte>? TryOpenHead(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key) =>
        Sealing.TryOpen(key, Bound(content), content[_head], out byte[]? padded)
            ? PaddedContent.Unwrap(padded)
            : (ReadOnlyMemory<byte>?)null;

    /// <summary>What the head is bound to, and what is sealed in the rest may be.</summary>
    internal ReadOnlySpan<byte> Bound(ReadOnlySpan<byte> content) => content[.._clearLength];

    /// <summary>Whether what follows the signature is what was signed.</summary>
    internal bool HasRest(ReadOnlySpan<byte> content) =>
        SHA256.HashData(content[PartLength..]).AsSpan().SequenceEqual(content[(_signedLength - HashLength).._signedLength]);

    /// <summary>The rest of a whole object.</summary>
    /// <exception cref="DamagedException">It is not what was signed.</exception>
    internal ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> content, string subject) =>
        HasRest(content)
            ? content[PartLength..]
            : throw new DamagedException(subject, "what follows its signature is not what was signed");

    private ReadOnlySpan<byte> ClearFields(ReadOnlySpan<byte> content) =>
        content[(Envelope.HeaderLength + sizeof(uint)).._clearLength];

    private ObjectOrigin? TryReadOrigin(ReadOnlySpan<byte> content)
    {
        try
        {
            FieldReader fields = new(ClearFields(content));
            ObjectId? repository = null;
            ShortId? domain = null;
            while (fields.Next() && fields.Tag <= 5)
            {
                switch (fields.Tag)
                {
                    case 1:
                        repository = ObjectId.Read(fields.Fixed(ObjectId.Length));
                        break;
                    case 3:
                        domain = ShortId.Read(fields.Fixed(ShortId.Length));
                        break;
                    case 5 when repository is not null && domain is not null:
                        return new ObjectOrigin(
                            repository.Value, domain.Value, ShortId.Read(fields.Fixed(ShortId.Length)));
                    default:
                        break;
                }
            }
        }
        catch (InvalidEncodingException)
        {
            // Then it does not name them.
        }

        return null;
    }
}

/// <summary>Who says to have written an object.</summary>
/// <param name="Repository">Where it belongs.</param>
/// <param name="Domain">The domain it is of.</param>
/// <param name="Signer">The writer.</param>
internal readonly record struct ObjectOrigin(ObjectId Repository, ShortId Domain, ShortId Signer);
