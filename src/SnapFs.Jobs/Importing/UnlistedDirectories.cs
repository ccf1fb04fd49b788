using SnapFs.Posix.Files;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Importing;

/// <summary>The directories above what a snapshot of another program has, which were made when it was restored: they get the mode and
/// the time that they would have had each time, so that the same snapshot gives the same tree.</summary>
internal static class UnlistedDirectories
{
    private const uint Entered = 0x1ED; // 0755

    /// <summary>Sets both.</summary>
    /// <param name="tree">Where it was restored.</param>
    /// <param name="roots">What is listed.</param>
    /// <param name="time">When the snapshot was begun.</param>
    public static void Settle(byte[] tree, ListedRoots roots, Timestamp time)
    {
        // From below: what is done in a directory changes its own time.
        foreach (byte[] path in (roots.Above ?? []).Reverse().Concat(roots.HasTop ? [] : ["/"u8.ToArray()]))
        {
            byte[] full = [.. tree, .. path];
            byte[] native = RawPath.Terminate(full);
            if (FileStat.At(Libc.AT_FDCWD, in native[0], out FileStat stat) == 0 && stat.Type == NodeType.Directory)
            {
                _ = Libc.fchmodat(Libc.AT_FDCWD, in native[0], Entered, 0);
                Directory.SetLastWriteTimeUtc(RawText.FromBytes(full), time.ToDateTimeOffset().UtcDateTime);
            }
        }
    }
}
