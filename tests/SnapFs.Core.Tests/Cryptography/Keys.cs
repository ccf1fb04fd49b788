namespace SnapFs.Tests;

/// <summary>Keys of known-answer tests.</summary>
internal static class Keys
{
    /// <summary>0, 1, 2…</summary>
    internal static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
