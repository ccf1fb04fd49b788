using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Checks;

/// <summary>What the index says about a pack.</summary>
/// <param name="Length">Stored bytes.</param>
/// <param name="Digest">SHA-256 of how it is opened and what lies where in it.</param>
internal readonly record struct PackFacts(long Length, ObjectId Digest)
{
    /// <summary>What an object of the index says of each of its packs.</summary>
    internal static List<(ObjectId Pack, PackFacts Facts)> Of(IndexObject index) =>
        Of(index.Packs, index.Seals, index.Frames, index.Chunks);

    /// <summary>What a pack says of itself.</summary>
    internal static PackFacts Of(in IndexedPack pack)
    {
        using IndexRunBuilder tables = new();
        PackRecords.AddTo(tables, in pack);
        return Of(tables.Packs, tables.Seals, tables.Frames, tables.Chunks)[0].Facts;
    }

    private static List<(ObjectId Pack, PackFacts Facts)> Of(
        ReadOnlySpan<PackEntry> packs,
        ReadOnlySpan<SealRecord> seals,
        ReadOnlySpan<FrameRecord> frames,
        ReadOnlySpan<ChunkRecord> byId)
    {
        ChunkRecord[] chunks = [.. byId];
        Array.Sort(chunks, (left, right) => (left.Frame, left.Offset).CompareTo((right.Frame, right.Offset)));
        List<(ObjectId, PackFacts)> facts = [];
        int frame = 0;
        int chunk = 0;
        for (int i = 0; i < packs.Length; i++)
        {
            Digester digest = new(packs[i], seals[(int)packs[i].Seal]);
            for (; frame < frames.Length && frames[frame].Pack == i; frame++)
            {
                digest.Add(frames[frame]);
                for (; chunk < chunks.Length && chunks[chunk].Frame == frame; chunk++)
                {
                    digest.Add(chunks[chunk]);
                }
            }

            facts.Add((packs[i].Id, new PackFacts(packs[i].Length, digest.End())));
        }

        return facts;
    }

    /// <summary>Hashes a pack, without the numbers that are those of its table.</summary>
    private sealed class Digester
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        internal Digester(PackEntry pack, SealRecord seal)
        {
            _hash.AppendData(pack.Salt);
            _hash.AppendData(Bytes(in seal));
        }

        internal void Add(FrameRecord frame) => _hash.AppendData(Bytes(frame with { Pack = 0 }));

        internal void Add(ChunkRecord chunk) => _hash.AppendData(Bytes(chunk with { Frame = 0 }));

        internal ObjectId End()
        {
            ObjectId digest = ObjectId.Read(_hash.GetHashAndReset());
            _hash.Dispose();
            return digest;
        }

        private static ReadOnlySpan<byte> Bytes<T>(in T record)
            where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record));
    }
}
