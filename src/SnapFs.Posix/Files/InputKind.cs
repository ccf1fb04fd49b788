using SnapFs.Trees;

namespace SnapFs.Posix.Files;

/// <summary>What an input is, before it is opened.</summary>
public static class InputKind
{
    /// <summary>Whether a path leads to a pipe or a device, which can be read only once.</summary>
    /// <returns>False also if nothing is there: opening it says what is wrong.</returns>
    public static bool IsReadOnce(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] raw = RawPath.Terminate(RawPath.FromText(path));
        return FileStat.Follow(in raw[0], out FileStat stat) == 0 && stat.Type is not (NodeType.File or NodeType.Directory);
    }

    /// <summary>Whether this process was started with a descriptor. If not, the runtime may have put something of its own there,
    /// which is closed for programs that are started, as nothing inherited can be.</summary>
    public static bool IsInherited(int descriptor)
    {
        int flags = Interop.Libc.fcntl(descriptor, Interop.Libc.F_GETFD, 0);
        return flags >= 0 && (flags & Interop.Libc.FD_CLOEXEC) == 0;
    }
}
