using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Objects;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>
/// Inode numbers that stay the same over mounts and machines. Archived nodes have the top bit set, the directories
/// and links around them have not, and the root is 1, so the two kinds never collide.
/// </summary>
internal static class InodeNumber
{
    private const ulong Archived = 1UL << 63;
    private const ulong Virtual = 1UL << 62;

    /// <summary>The number of the root of the mount.</summary>
    internal const ulong Root = 1;

    /// <summary>What the inode numbers of one snapshot are mixed with.</summary>
    internal static ulong SeedOf(in ObjectId snapshot) => BinaryPrimitives.ReadUInt64LittleEndian(snapshot.Span);

    /// <summary>The number of an entry of an archived directory. It grows in order of names, because <c>cp</c>, <c>rm</c>
    /// and others go through a directory in order of inode numbers, and files lie in the packs in order of names.
    /// </summary>
    /// <param name="directory">What <see cref="DirectorySeed"/> gave for the directory.</param>
    /// <param name="ordinal">Which entry it is.</param>
    /// <param name="total">Entries of the directory: the more there are, the fewer bits tell directories apart.</param>
    internal static ulong OfEntry(ulong directory, long ordinal, long total)
    {
        int bits = BitOperations.Log2((ulong)total) + 1;
        return Archived | (directory >> bits << bits) | (ulong)ordinal;
    }

    /// <summary>What tells the entries of one directory from those of others.</summary>
    internal static ulong DirectorySeed(ulong seed, in NodeView directory) => Mix(~Of(seed, in directory));

    /// <summary>The number of a file with several names, or of the root of a snapshot: a mix of the snapshot and the
    /// source's device and inode.</summary>
    internal static ulong Of(ulong seed, in NodeView node)
    {
        ulong mixed = node.Inode == 0
            ? OfName(node.Name) // content that never was a file, such as a command's output
            : node.Inode;
        mixed = Mix(seed ^ Mix(unchecked(mixed + (node.Device * 0x9E37_79B9_7F4A_7C15))));
        return mixed | Archived;
    }

    /// <summary>The number of a directory or link of the layout, from its path below the mount.</summary>
    internal static ulong OfPath(string path)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), hash);
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) & ~Archived) | Virtual;
    }

    /// <summary>The number of a directory of the layout, from that of the one above.</summary>
    internal static ulong Below(ulong above, ReadOnlySpan<byte> name) => (Mix(above ^ Mix(OfName(name))) & ~Archived) | Virtual;

    private static ulong OfName(ReadOnlySpan<byte> name)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte b in name)
        {
            hash = unchecked((hash ^ b) * 1_099_511_628_211);
        }

        return hash;
    }

    /// <summary>The finisher of MurmurHash3: a bijection, so different inodes of one device stay different up to the
    /// top bit.</summary>
    private static ulong Mix(ulong value)
    {
        value = unchecked((value ^ (value >> 33)) * 0xFF51_AFD7_ED55_8CCD);
        value = unchecked((value ^ (value >> 33)) * 0xC4CE_B9FE_1A85_EC53);
        return value ^ (value >> 33);
    }
}
