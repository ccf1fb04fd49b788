namespace SnapFs.Storage;

/// <summary>What there is under a name of a directory, links followed.</summary>
/// <param name="What">What it is if it is no regular file, for a message, for example <c>a directory</c>; null for a file.</param>
/// <param name="Length">Bytes of a file.</param>
/// <param name="ReceivedAt">When it came here.</param>
/// <param name="WrittenAt">When it was last written to.</param>
/// <param name="Identity">Which file it is.</param>
internal readonly record struct LocalEntry(
    string? What, long Length, DateTimeOffset ReceivedAt, DateTimeOffset WrittenAt, (ulong Device, ulong Inode) Identity)
{
    internal bool IsFile => What is null;

    /// <summary>Something that is no file.</summary>
    internal static LocalEntry Odd(string what) => new(what, 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, default);
}
