using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>What tells a run as it was written from one that is torn.</summary>
internal static class RunChecksum
{
    /// <summary>The checksum of a block: four CRC-32C of every fourth 8 bytes, which a processor computes at once, then one of these
    /// and of what is left.</summary>
    internal static uint Of(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(block);
        (uint first, uint second, uint third, uint fourth) = (1, 2, 3, 4);
        int i = 0;
        for (; i + 3 < words.Length; i += 4)
        {
            first = BitOperations.Crc32C(first, words[i]);
            second = BitOperations.Crc32C(second, words[i + 1]);
            third = BitOperations.Crc32C(third, words[i + 2]);
            fourth = BitOperations.Crc32C(fourth, words[i + 3]);
        }

        uint crc = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, first), second);
        crc = BitOperations.Crc32C(BitOperations.Crc32C(crc, third), fourth);
        foreach (byte b in block[(i * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>Binds header, fences and checksums to each other and to whose index they are.</summary>
    internal static RunHeader.Digest Digest(RunHeader header, ReadOnlySpan<byte> summary, in ObjectId owner)
    {
        header.Checksum = default;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(owner.Span);
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader>(in header)));
        hash.AppendData(summary);
        return MemoryMarshal.Read<RunHeader.Digest>(hash.GetHashAndReset());
    }
}
