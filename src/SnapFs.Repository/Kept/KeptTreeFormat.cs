using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Kept;

/// <summary>What the writer and the reader of a kept tree agree on (<c>docs/architecture.md</c>, files of the local cache).</summary>
/// <remarks>The version of the program is not bound in: chunks are checked against their ids, whoever wrote them, and a loss costs a
/// full dump of each volume.</remarks>
internal static class KeptTreeFormat
{
    /// <summary>What the names of files begin with.</summary>
    internal const string Prefix = "tree-";

    /// <summary>Magic and epoch.</summary>
    internal const int HeaderLength = 8 + sizeof(uint);

    /// <summary>The length of the sealed index, at the end of the file.</summary>
    internal const int TrailerLength = sizeof(uint);

    /// <summary>One chunk in the index: the first bytes of its id, its frame, its offset in that and its length.</summary>
    internal const int RecordLength = 16 + (3 * sizeof(uint));

    /// <summary>What a file may grow to, bytes.</summary>
    internal const long MaxFile = int.MaxValue;

    /// <summary>Begins a file; the last digit is the version of the layout.</summary>
    internal static ReadOnlySpan<byte> Magic => "SNFSTRE1"u8;

    /// <summary>What the index is bound to.</summary>
    internal static ReadOnlySpan<byte> Index => "kept tree index"u8;

    /// <summary>What each frame is bound to.</summary>
    internal static ReadOnlySpan<byte> Frame => "kept tree frame"u8;

    /// <summary>The name of the file of a tree.</summary>
    internal static string NameOf(in ChunkId root) => Prefix + root.ToString()[..32];

    /// <summary>What a chunk is found by: whoever reads it checks it against the whole id.</summary>
    internal static UInt128 KeyOf(in ChunkId id) => BinaryPrimitives.ReadUInt128BigEndian(id.Span);

    /// <summary>Seals a part of a file.</summary>
    internal static byte[] Seal(IDomainKeys keys, uint epoch, ReadOnlySpan<byte> part, ReadOnlySpan<byte> plain)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveKey(keys, epoch, key);
        byte[] message = Sealing.Seal(key, part, plain);
        CryptographicOperations.ZeroMemory(key);
        return message;
    }

    /// <summary>Opens a part of a file; null if it is not as this program sealed it for this repository and domain.</summary>
    internal static byte[]? Open(IDomainKeys keys, uint epoch, ReadOnlySpan<byte> part, ReadOnlySpan<byte> message)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveKey(keys, epoch, key);
        Sealing.TryOpen(key, part, message, out byte[]? plain);
        CryptographicOperations.ZeroMemory(key);
        return plain;
    }

    private static void DeriveKey(IDomainKeys keys, uint epoch, Span<byte> key) =>
        KeyDerivation.Derive(keys.IndexKey(epoch), "kept-trees", keys.RepositoryId.Span, key);
}
