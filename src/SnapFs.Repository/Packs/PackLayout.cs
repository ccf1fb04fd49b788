using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Packs;

/// <summary>
/// The parts of a pack around its frames: <c>header | salt | frames | filler | sealed footer | signature | footer
/// length</c> (<c>docs/format.md</c> section 5).
/// </summary>
internal static class PackLayout
{
    internal const int HeaderLength = Envelope.HeaderLength;
    internal const int TrailerLength = Signing.SignatureLength + sizeof(uint);

    /// <summary>The longest plain frame, bytes: a chunk of the largest size a repository can be given.</summary>
    internal const int MaxFramePlain = 64 * 1024 * 1024;

    /// <summary>The longest footer a reader accepts, bytes.</summary>
    internal const int MaxFooter = 256 * 1024 * 1024;

    /// <summary>The envelope of a pack. What else an envelope can say stands in the footer.</summary>
    internal static ReadOnlySpan<byte> Header =>
        [(byte)'S', (byte)'N', (byte)'F', (byte)'S', (byte)FormatKind.Pack, Envelope.Version, (byte)Envelope.Suite, 0];

    /// <summary>Bytes of a sealed footer with a content of <paramref name="contentLength"/> bytes.</summary>
    internal static long SealedFooterLength(int contentLength) =>
        Sealing.Overhead + PaddedContent.PaddedLength(contentLength);

    /// <summary>Encrypts the footer.</summary>
    internal static byte[] SealFooter(IDomainKeys keys, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> content)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey, "pack-footer", salt, key);
        return Sealing.Seal(key, Header, PaddedContent.Wrap(content));
    }

    /// <summary>What the signature of a pack covers: header, salt and sealed footer. The frames are bound by the
    /// commitment to the key that authenticates them.</summary>
    internal static byte[] SignedBytes(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> footer) =>
        [.. Header, .. salt, .. footer];

    /// <summary>Opens the footer of a pack.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="start">The first 24 bytes of the pack.</param>
    /// <param name="footer">The sealed footer.</param>
    /// <param name="signature">The 64 bytes after it.</param>
    /// <param name="framesEnd">Offset of the sealed footer in the pack.</param>
    /// <param name="name">The pack, for messages.</param>
    internal static PackDescription OpenFooter(
        IDomainKeys keys,
        ReadOnlySpan<byte> start,
        ReadOnlySpan<byte> footer,
        ReadOnlySpan<byte> signature,
        long framesEnd,
        string name)
    {
        FormatKind kind = Envelope.KindOf(start, name);
        if (kind != FormatKind.Pack)
        {
            throw new DamagedException(name, $"it is of kind {(byte)kind}, not {(byte)FormatKind.Pack}");
        }

        ReadOnlySpan<byte> salt = start.Slice(HeaderLength, FrameCipher.SaltLength);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey, "pack-footer", salt, key);
        if (!Sealing.TryOpen(key, Header, footer, out byte[]? padded))
        {
            throw new DamagedException(name, "its footer does not decrypt");
        }

        try
        {
            PackDescription pack =
                PackDescriptionCodec.Read(PaddedContent.Unwrap(padded).Span, salt, framesEnd, name);
            return keys.Verify((byte)FormatKind.Pack, pack.Signer, SignedBytes(salt, footer), signature)
                ? pack
                : throw new DamagedException(name, "its signature is not that of an agent of this repository");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(name, e.Message, e);
        }
    }

    /// <summary>The name of a pack for messages and for users: <c>packs/3f/3f9a…</c>.</summary>
    internal static string NameOf(in ObjectId id)
    {
        string hex = id.ToString();
        return $"packs/{hex[..2]}/{hex}";
    }
}
