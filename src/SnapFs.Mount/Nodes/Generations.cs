using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SnapFs.Mount.Nodes;

/// <summary>Tells nodes apart that have one number one after the other. NFS clients and <c>open_by_handle_at</c> keep both, over
/// mounts too.</summary>
internal static class Generations
{
    /// <summary>What the generations of a mount begin with: any 32 bits, since clocks may go back.</summary>
    internal static uint OfMount()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
