namespace SnapFs.Core.Tests.Trees;

/// <summary>The order of names in a directory: bytes as they are.</summary>
internal sealed class RawNameOrder : IComparer<byte[]>
{
    internal static RawNameOrder Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
