using SnapFs.Afs.Dumps;

namespace SnapFs.Testing.Volumes;

/// <summary>Keeps the skeleton of a dump in memory.</summary>
public sealed class SkeletonBuffer : IDumpSkeleton
{
    private readonly MemoryStream _bytes = new();

    /// <summary>The places where contents were left out, as the reader told them.</summary>
    public List<Splice> Splices { get; } = [];

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <inheritdoc/>
    public void LeaveOut(long contentLength) => Splices.Add(new Splice(_bytes.Length, contentLength));

    /// <summary>The skeleton so far.</summary>
    public byte[] ToArray() => _bytes.ToArray();
}
