namespace SnapFs.Storage;

/// <summary>A system call failed. Stays inside this project: <see cref="LocalStorage"/> turns it into what
/// <see cref="IStorage"/> documents.</summary>
internal sealed class FileSystemException(string call, string path, int errno)
    : IOException($"{call} {path}: {Interop.Libc.Text(errno)}")
{
    internal int Errno { get; } = errno;

    /// <summary>The error number of a cause; 0 if it has none.</summary>
    internal static int ErrnoOf(Exception? cause) => (cause as FileSystemException)?.Errno ?? 0;

    internal bool IsNotFound => Errno is Interop.Libc.ENOENT or Interop.Libc.ENOTDIR;

    internal bool IsFull => FullDisk.IsSaidBy(Errno);

    /// <summary>Whether the same call may succeed a little later: a server that came back, a shortage that passes. An error
    /// of a disk is none, because each try of it can take half a minute.</summary>
    internal bool IsTransient => Errno is Interop.Libc.ESTALE
        or Interop.Libc.EAGAIN
        or Interop.Libc.EBUSY
        or Interop.Libc.ENFILE
        or Interop.Libc.EMFILE
        or Interop.Libc.ENOMEM
        or Interop.Libc.ETIMEDOUT;
}
