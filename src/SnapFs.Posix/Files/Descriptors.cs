namespace SnapFs.Posix.Files;

/// <summary>Calls on descriptors with interrupted ones repeated. Errors are returned as negative errnos.</summary>
internal static class Descriptors
{
    /// <summary>Opens a name in a directory; never through a symlink unless the flags allow it.</summary>
    /// <returns>A descriptor, or a negative errno.</returns>
    public static int Open(int directory, ref readonly byte name, int flags, uint mode = 0)
    {
        while (true)
        {
            int fd = Interop.Libc.openat(directory, in name, flags | Interop.Libc.O_CLOEXEC, mode);
            if (fd >= 0)
            {
                return fd;
            }

            int error = Interop.Libc.Errno;
            if (error != Interop.Libc.EINTR)
            {
                return -error;
            }
        }
    }

    /// <summary>Makes reads of a descriptor return EAGAIN instead of waiting.</summary>
    /// <returns>False with the last error set.</returns>
    public static bool SetNonBlocking(int fd)
    {
        int flags = Interop.Libc.fcntl(fd, Interop.Libc.F_GETFL, 0);
        return flags >= 0 && Interop.Libc.fcntl(fd, Interop.Libc.F_SETFL, flags | Interop.Libc.O_NONBLOCK) == 0;
    }

    /// <summary>Waits until a read would not; also when the descriptor failed, which the read then tells.</summary>
    /// <returns>False with the last error set.</returns>
    public static unsafe bool WaitForInput(int fd)
    {
        Interop.Libc.PollEntry wanted = new() { Descriptor = fd, Wanted = Interop.Libc.POLLIN };
        return Interop.Libc.poll(&wanted, 1, -1) >= 0;
    }

    /// <summary>Reads until the span is full or the file ends.</summary>
    /// <returns>Bytes read, or a negative errno.</returns>
    public static int ReadFully(int fd, Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            nint count = Interop.Libc.pread(fd, ref buffer[done], buffer.Length - done, offset + done);
            if (count < 0)
            {
                int error = Interop.Libc.Errno;
                if (error != Interop.Libc.EINTR)
                {
                    return -error;
                }
            }
            else if (count == 0)
            {
                break;
            }
            else
            {
                done += (int)count;
            }
        }

        return done;
    }

    /// <summary>Writes the whole span.</summary>
    /// <returns>0, or a negative errno.</returns>
    public static int WriteFully(int fd, ReadOnlySpan<byte> bytes, long offset)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            nint count = Interop.Libc.pwrite(fd, in bytes[done], bytes.Length - done, offset + done);
            if (count < 0)
            {
                int error = Interop.Libc.Errno;
                if (error != Interop.Libc.EINTR)
                {
                    return -error;
                }
            }
            else
            {
                done += (int)count;
            }
        }

        return 0;
    }
}
