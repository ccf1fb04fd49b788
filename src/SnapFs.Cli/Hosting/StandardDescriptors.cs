namespace SnapFs.Cli.Hosting;

/// <summary>
/// The descriptors 0 to 2 of this process. One that was closed when the program started is taken by the first file that the
/// runtime opens, or that we do, and output would go into that file.
/// </summary>
internal static class StandardDescriptors
{
    /// <summary>Whether each was open when the program started.</summary>
    private static readonly bool[] s_isOpen = [true, true, true];

    /// <summary>Finds the closed ones and keeps their numbers from being used; called before a file is opened.</summary>
    public static void Claim()
    {
        for (int fd = 0; fd <= 2; fd++)
        {
            int flags = Interop.Libc.fcntl(fd, Interop.Libc.F_GETFD, 0);

            // What came through exec was not to be closed by it; what is, was opened by the runtime.
            s_isOpen[fd] = flags >= 0 && (flags & Interop.Libc.FD_CLOEXEC) == 0;
            if (flags < 0)
            {
                _ = Interop.Libc.open("/dev/null", Interop.Libc.O_RDWR, 0); // takes the lowest number that is free: this one
            }
        }
    }

    /// <summary>Whether a descriptor leads where the caller of the program wanted.</summary>
    public static bool IsOpen(int fd) => s_isOpen[fd];
}
