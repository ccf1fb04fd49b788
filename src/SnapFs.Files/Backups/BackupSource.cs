using System.Runtime.InteropServices;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Backups;

/// <summary>A path to back up.</summary>
/// <param name="Path">Where it is read: absolute and normalized, raw. A symlink is backed up as one.</param>
/// <param name="RecordedPath">The absolute path it has in the snapshot (<c>--as</c>); usually the same.</param>
public sealed record BackupSource(ReadOnlyMemory<byte> Path, ReadOnlyMemory<byte> RecordedPath)
{
    /// <summary>Takes a path as a user gives it.</summary>
    /// <param name="path">Absolute, or relative to the current directory. With a slash at its end it names what a symlink
    /// leads to; <c>..</c> after a symlink is the directory above what that leads to. So do all programs.</param>
    /// <param name="recordedAs">The recorded path, or null for the same.</param>
    /// <exception cref="SourceException">It is relative and there is no current directory.</exception>
    public static BackupSource FromText(string path, string? recordedAs = null)
    {
        byte[] given = RawPath.FromText(path);
        byte[] current = given.AsSpan().StartsWith("/"u8) ? [] : CurrentDirectory(path);
        return FromBytes(given, recordedAs is null ? null : RawPath.FromText(recordedAs), current);
    }

    /// <summary>The same of raw paths.</summary>
    /// <param name="given">The path.</param>
    /// <param name="recordedAs">The recorded path, or null for the same.</param>
    /// <param name="current">The absolute directory that a relative path starts from.</param>
    public static BackupSource FromBytes(byte[] given, byte[]? recordedAs, byte[] current)
    {
        byte[] words = RawPath.Normalize(ResolveParents(given, current), current);
        byte[] recorded = recordedAs is null ? words : RawPath.Normalize(recordedAs, "/"u8);
        byte[] real = MeansDirectory(given) && IsSymlink(words) ? Resolve(words) ?? words : words;
        return new BackupSource(real, recorded);
    }

    private static byte[] CurrentDirectory(string path)
    {
        try
        {
            return RawPath.FromText(Environment.CurrentDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"cannot back up {path}: the current directory cannot be found: {SystemText.Of(e)}");
        }
    }

    private static bool MeansDirectory(ReadOnlySpan<byte> path) => path.EndsWith("/"u8) || path.EndsWith("/."u8);

    private static bool IsSymlink(byte[] path) =>
        FileStat.At(Interop.Libc.AT_FDCWD, in RawPath.Terminate(path)[0], out FileStat stat) == 0
        && stat.Type == NodeType.Symlink;

    /// <summary>The path with all up to its last <c>..</c> as the kernel understands it; the path itself if that is not there.
    /// </summary>
    private static byte[] ResolveParents(byte[] path, byte[] current)
    {
        IReadOnlyList<byte[]> parts = RawPath.Components(path);
        int last = -1;
        for (int i = 0; i < parts.Count; i++)
        {
            last = parts[i].AsSpan().SequenceEqual(".."u8) ? i : last;
        }

        if (last < 0)
        {
            return path;
        }

        byte[] first = path.AsSpan().StartsWith("/"u8) ? [] : current;
        foreach (byte[] part in parts.Take(last + 1))
        {
            first = RawPath.Join(first, part);
        }

        byte[]? resolved = Resolve(first);
        foreach (byte[] part in parts.Skip(last + 1))
        {
            resolved = resolved is null ? null : RawPath.Join(resolved, part);
        }

        return resolved ?? path;
    }

    /// <summary>The path without symlinks; null if it does not exist.</summary>
    private static unsafe byte[]? Resolve(byte[] path)
    {
        byte* resolved = Interop.Libc.realpath(in RawPath.Terminate(path)[0], null);
        if (resolved is null)
        {
            return null;
        }

        byte[] result = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved).ToArray();
        Interop.Libc.free(resolved);
        return result;
    }
}
