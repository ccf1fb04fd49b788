using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Packs;

/// <summary>
/// The parts of a pack around its frames: <c>header | frames | filler | sealed footer | signature | footer length</c>
/// (<c>docs/format.md</c> section 5.2).
/// </summary>
internal static class PackLayout
{
    internal const int TrailerLength = Signing.SignatureLength + sizeof(uint);

    /// <summary>The largest pack a reader accepts, bytes.</summary>
    internal const long MaxPack = 2L * 1024 * 1024 * 1024;

    /// <summary>The longest plain frame, bytes: a chunk of the largest size a repository can be given.</summary>
    internal const int MaxFramePlain = 64 * 1024 * 1024;

    /// <summary>The longest footer a reader accepts, bytes.</summary>
    internal const int MaxFooter = 256 * 1024 * 1024;

    /// <summary>Bytes of a sealed footer with a content of <paramref name="contentLength"/> bytes.</summary>
    internal static long SealedFooterLength(int contentLength) =>
        Sealing.Overhead + PaddedContent.PaddedLength(contentLength);

    /// <summary>Encrypts the footer.</summary>
    internal static byte[] SealFooter(IDomainKeys keys, in PackHeader header, ReadOnlySpan<byte> content)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey(header.Epoch), "pack-footer", header.Salt.Span, key);
        return Sealing.Seal(key, header.ToArray(), PaddedContent.Wrap(content));
    }

    /// <summary>What the signature of a pack covers: header and sealed footer. The frames are bound by the commitment to the key
    /// that authenticates them.</summary>
    internal static byte[] SignedBytes(in PackHeader header, ReadOnlySpan<byte> footer) => [.. header.ToArray(), .. footer];

    /// <summary>Opens the footer of a pack.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="start">The first bytes of the pack, at least <see cref="PackHeader.Length"/>.</param>
    /// <param name="footer">The sealed footer.</param>
    /// <param name="signature">The 64 bytes after it.</param>
    /// <param name="framesEnd">Offset of the sealed footer in the pack.</param>
    /// <param name="needsSignature">Whether nothing but the pack's own signature says that it counts.</param>
    /// <param name="name">The pack, for messages.</param>
    internal static PackDescription OpenFooter(
        IDomainKeys keys,
        ReadOnlySpan<byte> start,
        ReadOnlySpan<byte> footer,
        ReadOnlySpan<byte> signature,
        long framesEnd,
        bool needsSignature,
        string name)
    {
        PackHeader header = PackHeader.Read(start, name);
        if (header.Domain != keys.Domain)
        {
            throw new DamagedException(name, "it is of another domain than its name says");
        }

        if (!keys.Has(header.Epoch))
        {
            throw new DamagedException(name, $"it is of epoch {header.Epoch}, which the domain does not have");
        }

        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey(header.Epoch), "pack-footer", header.Salt.Span, key);
        if (!Sealing.TryOpen(key, header.ToArray(), footer, out byte[]? padded))
        {
            throw new DamagedException(name, "its footer does not decrypt");
        }

        try
        {
            PackDescription pack =
                PackDescriptionCodec.Read(PaddedContent.Unwrap(padded).Span, header, framesEnd, name);
            ObjectClaim claim = new()
            {
                Kind = FormatKind.Pack,
                Domain = header.Domain,
                Signer = pack.Signer,
                Bytes = SignedBytes(header, footer),
                Signature = signature,
            };
            return !needsSignature || keys.Verify(claim) != ObjectTrust.None
                ? pack
                : throw new DamagedException(name, "its signature is not that of an agent of this repository");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(name, e.Message, e);
        }
    }

    /// <summary>The name of a pack in storage.</summary>
    internal static ObjectName StorageName(IDomainKeys keys, in ObjectId id) =>
        new(ObjectKind.Pack, keys.DomainName, id.ToString());

    /// <summary>The name of a pack for messages and for users.</summary>
    internal static string NameOf(IDomainKeys keys, in ObjectId id) => StorageName(keys, id).RelativePath;
}
