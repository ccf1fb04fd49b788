using System.Runtime.InteropServices;

namespace SnapFs.Storage;

/// <summary>A system call failed. Stays inside this project: <see cref="LocalStorage"/> turns it into what
/// <see cref="IStorage"/> documents.</summary>
internal sealed class FileSystemException(string call, string path, int errno)
    : IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    internal int Errno { get; } = errno;

    internal bool IsNotFound => Errno is Interop.Libc.ENOENT or Interop.Libc.ENOTDIR;

    internal bool IsFull => Errno is Interop.Libc.ENOSPC or Interop.Libc.EDQUOT;
}
