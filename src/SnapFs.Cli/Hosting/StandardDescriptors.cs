using System.Runtime.InteropServices;

namespace SnapFs.Cli.Hosting;

/// <summary>
/// The descriptors 0 to 2 of this process. One that was closed when the program started is taken by the first file that the
/// runtime opens, or that we do, and output would go into that file.
/// </summary>
internal static partial class StandardDescriptors
{
    private const int GetFlags = 1; // F_GETFD of fcntl-linux.h
    private const int CloseOnExec = 1; // FD_CLOEXEC
    private const int ReadWrite = 2; // O_RDWR

    /// <summary>Whether each was open when the program started.</summary>
    private static readonly bool[] s_isOpen = [true, true, true];

    /// <summary>Finds the closed ones and keeps their numbers from being used; called before a file is opened.</summary>
    public static void Claim()
    {
        for (int fd = 0; fd <= 2; fd++)
        {
            int flags = fcntl(fd, GetFlags);

            // What came through exec was not to be closed by it; what is, was opened by the runtime.
            s_isOpen[fd] = flags >= 0 && (flags & CloseOnExec) == 0;
            if (flags < 0)
            {
                _ = open("/dev/null", ReadWrite); // takes the lowest number that is free: this one
            }
        }
    }

    /// <summary>Whether a descriptor leads where the caller of the program wanted.</summary>
    public static bool IsOpen(int fd) => s_isOpen[fd];

    [LibraryImport("libc")]
    private static partial int fcntl(int fd, int command);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
