using System.Buffers.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Storage;

namespace SnapFs.Repository.Packs;

/// <summary>Reads what a pack says of itself, without its frames.</summary>
internal static class PackFooter
{
    private const int FirstFrame = PackHeader.Length;

    /// <summary>Reads the footer of a pack by three small reads.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="id">The pack.</param>
    /// <param name="length">Its stored bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DamagedException">It is not a pack as an agent of this domain stored it.</exception>
    internal static async Task<PackDescription> ReadAsync(
        IStorage storage, IDomainKeys keys, ObjectId id, long length, CancellationToken cancellationToken)
    {
        ObjectName pack = PackLayout.StorageName(keys, id);
        string name = pack.RelativePath;
        long trailerAt = length - PackLayout.TrailerLength;
        if (trailerAt < FirstFrame || length > PackLayout.MaxPack)
        {
            throw new DamagedException(name, $"no pack can have {length} bytes");
        }

        byte[] start = new byte[FirstFrame];
        await storage.ReadAsync(pack, 0, start, cancellationToken).ConfigureAwait(false);
        byte[] trailer = new byte[PackLayout.TrailerLength];
        await storage.ReadAsync(pack, trailerAt, trailer, cancellationToken).ConfigureAwait(false);
        uint footerLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(Signing.SignatureLength));
        if (footerLength > Math.Min(trailerAt - FirstFrame, PackLayout.MaxFooter))
        {
            throw new DamagedException(name, $"its footer cannot have {footerLength} bytes");
        }

        byte[] footer = new byte[footerLength];
        long footerAt = trailerAt - footerLength;
        await storage.ReadAsync(pack, footerAt, footer, cancellationToken).ConfigureAwait(false);
        return PackLayout.OpenFooter(
            keys, start, footer, trailer.AsSpan(0, Signing.SignatureLength), footerAt, needsSignature: true, name);
    }
}
