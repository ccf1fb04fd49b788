using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>A pack of the index: what is needed to read its frames.</summary>
/// <param name="Id">Names the pack.</param>
/// <param name="Length">Stored bytes.</param>
/// <param name="Epoch">The epoch its key is sealed to.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Salt">16 bytes.</param>
/// <param name="RunKey">The sealed key of the run that wrote it.</param>
internal sealed record PackRecord(ObjectId Id, long Length, uint Epoch, ChunkKind Kind, byte[] Salt, byte[] RunKey)
{
    /// <summary>Reads a pack.</summary>
    /// <exception cref="RunFileException">A block cannot be read or is torn.</exception>
    internal static PackRecord Read(RunTables tables, uint number)
    {
        PackEntry pack = tables.Read<PackEntry>(RunTable.Packs, number);
        SealRecord seal = tables.Read<SealRecord>(RunTable.Seals, pack.Seal);
        return new PackRecord(
            pack.Id,
            pack.Length,
            seal.Epoch,
            tables.Kind,
            ((ReadOnlySpan<byte>)pack.Salt).ToArray(),
            ((ReadOnlySpan<byte>)seal.Key).ToArray());
    }
}
