using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Finds the directory to restore into as the kernel does, component by component, so that <c>link/..</c> is where it leads to. Links of
/// other users are refused: whoever owns a directory on the way could have a restore by root write anywhere.
/// </summary>
/// <param name="Descriptor">The open directory; -1 if it does not exist.</param>
/// <param name="IsNew">Whether it was made, or would be.</param>
/// <param name="Problem">Why there is none; null if nothing is wrong.</param>
internal readonly record struct TargetDirectory(int Descriptor, bool IsNew, string? Problem)
{
    private const int MaxLinks = 40; // as in the kernel

    /// <summary>The error number of the call that failed; 0 if none did.</summary>
    public int Errno { get; init; }

    /// <summary>Opens it.</summary>
    /// <param name="path">Absolute, or relative to the working directory; raw.</param>
    /// <param name="isMade">Whether to make what is missing.</param>
    public static TargetDirectory Open(ReadOnlySpan<byte> path, bool isMade)
    {
        if (path.Contains((byte)0))
        {
            return Failed("it contains NUL");
        }

        int fd = Descriptors.Open(
            Interop.Libc.AT_FDCWD, in (path.StartsWith("/"u8) ? "/\0"u8 : ".\0"u8)[0], Interop.Libc.O_PATH | Interop.Libc.O_DIRECTORY);
        if (fd < 0)
        {
            return Failed(-fd);
        }

        try
        {
            return Walk(ref fd, path, isMade);
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private static TargetDirectory Walk(ref int fd, ReadOnlySpan<byte> path, bool isMade)
    {
        Stack<byte[]> names = new(RawPath.Components(path).Reverse());
        int links = 0;
        bool isNew = false;
        while (names.TryPop(out byte[]? name))
        {
            byte[] native = RawPath.Terminate(name);
            int next = Descriptors.Open(fd, in native[0], Interop.Libc.O_PATH | Interop.Libc.O_NOFOLLOW);
            if (next == -Interop.Libc.ENOENT)
            {
                if (!isMade)
                {
                    return new TargetDirectory(-1, IsNew: true, null);
                }

                if (Interop.Libc.mkdirat(fd, in native[0], 0x1FF) != 0 && Interop.Libc.Errno != Interop.Libc.EEXIST)
                {
                    return Failed(Interop.Libc.Errno, $"cannot make {RawPath.ToText(name)}: ");
                }

                isNew = true;
                next = Descriptors.Open(fd, in native[0], Interop.Libc.O_PATH | Interop.Libc.O_NOFOLLOW);
            }
            else
            {
                isNew = false;
            }

            if (next < 0)
            {
                return Failed(-next, $"{RawPath.ToText(name)}: ");
            }

            int error = FileStat.Of(next, out FileStat stat);
            if (error == 0 && stat.Type == NodeType.Symlink)
            {
                string? problem = Follow(next, name, in stat, ref links, names, out bool isAbsolute);
                _ = Interop.Libc.close(next);
                if (problem is not null)
                {
                    return Failed(problem);
                }

                next = isAbsolute
                    ? Descriptors.Open(Interop.Libc.AT_FDCWD, in "/\0"u8[0], Interop.Libc.O_PATH | Interop.Libc.O_DIRECTORY)
                    : Descriptors.Open(fd, in ".\0"u8[0], Interop.Libc.O_PATH | Interop.Libc.O_DIRECTORY);
                error = next < 0 ? -next : 0;
            }
            else if (error == 0 && stat.Type != NodeType.Directory)
            {
                error = Interop.Libc.ENOTDIR;
            }

            if (error != 0)
            {
                if (next >= 0)
                {
                    _ = Interop.Libc.close(next);
                }

                return Failed(error, $"{RawPath.ToText(name)}: ");
            }

            _ = Interop.Libc.close(fd);
            fd = next;
        }

        int opened = Descriptors.Open(fd, in ".\0"u8[0], Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY);
        return opened < 0 ? Failed(-opened) : new TargetDirectory(opened, isNew, null);
    }

    /// <summary>Takes the names that a link leads to.</summary>
    /// <returns>Why it is not followed; null if it is.</returns>
    private static string? Follow(
        int link, byte[] name, in FileStat stat, ref int links, Stack<byte[]> names, out bool isAbsolute)
    {
        isAbsolute = false;
        if (stat.UserId != 0 && stat.UserId != Interop.Libc.geteuid())
        {
            return $"{RawPath.ToText(name)} is a link of another user; give the directory that it leads to";
        }

        if (++links > MaxLinks)
        {
            return Interop.Libc.Text(Interop.Libc.ELOOP);
        }

        byte[] target = new byte[TreeLimits.MaxTarget];
        nint length = Interop.Libc.readlinkat(link, in "\0"u8[0], ref target[0], target.Length);
        if (length < 0)
        {
            return Interop.Libc.Text(Interop.Libc.Errno);
        }

        isAbsolute = target.AsSpan(0, (int)length).StartsWith("/"u8);
        foreach (byte[] part in RawPath.Components(target.AsSpan(0, (int)length)).Reverse())
        {
            names.Push(part);
        }

        return null;
    }

    private static TargetDirectory Failed(string problem) => new(-1, IsNew: false, problem);

    private static TargetDirectory Failed(int errno, string before = "") =>
        Failed(before + Interop.Libc.Text(errno)) with { Errno = errno };
}
