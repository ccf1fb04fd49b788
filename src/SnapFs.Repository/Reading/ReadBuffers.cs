using System.Buffers;

namespace SnapFs.Repository.Reading;

/// <summary>Memory for frames on their way from the storage. As many are kept as processors can decode at once;
/// <see cref="ArrayPool{T}.Shared"/> would keep some of every size for each of the dozens of threads of a mount.</summary>
internal static class ReadBuffers
{
    /// <summary>Longer ones, of repositories with unusually large chunks, are not kept.</summary>
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>The pool.</summary>
    internal static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(Longest, Environment.ProcessorCount);
}
