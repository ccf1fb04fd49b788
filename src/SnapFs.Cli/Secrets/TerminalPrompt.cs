using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Cli.Secrets;

/// <summary>Asks for a passphrase on the controlling terminal, wherever standard input comes from.</summary>
internal static class TerminalPrompt
{
    private static readonly Lock Gate = new();
    private static int terminal = -1;
    private static Interop.Libc.Termios before;

    /// <summary>Asks without echo.</summary>
    /// <returns>The line without its end; null if there is no terminal.</returns>
    public static byte[]? Ask(string question)
    {
        int fd = Interop.Libc.open("/dev/tty", Interop.Libc.O_RDWR | Interop.Libc.O_NOCTTY | Interop.Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            return null;
        }

        try
        {
            Interop.Libc.Termios settings = default;
            if (Interop.Libc.tcgetattr(fd, ref settings) != 0)
            {
                return null;
            }

            lock (Gate)
            {
                before = settings;
                terminal = fd;
            }

            settings.LocalFlags &= ~Interop.Libc.ECHO;
            Interop.Libc.tcsetattr(fd, Interop.Libc.TCSAFLUSH, in settings);
            Write(fd, question);
            byte[] line = ReadLine(fd);
            Write(fd, "\n");
            return line;
        }
        finally
        {
            Restore();
            Interop.Libc.close(fd);
        }
    }

    /// <summary>Whether a question stands open; if so, its line is ended and echo is switched on again.</summary>
    /// <remarks>Called on a signal: the thread that waits for the answer cannot do it.</remarks>
    public static bool Abandon()
    {
        lock (Gate)
        {
            if (terminal < 0)
            {
                return false;
            }

            Write(terminal, "\n");
            Restore();
            return true;
        }
    }

    private static void Restore()
    {
        lock (Gate)
        {
            if (terminal >= 0)
            {
                Interop.Libc.tcsetattr(terminal, Interop.Libc.TCSAFLUSH, in before);
                terminal = -1;
            }
        }
    }

    private static byte[] ReadLine(int fd)
    {
        byte[] buffer = GC.AllocateArray<byte>(4096, pinned: true);
        int length = 0;
        while (length < buffer.Length)
        {
            nint got = Interop.Libc.read(fd, ref buffer[length], 1);
            if (got < 0 && Marshal.GetLastPInvokeError() == Interop.Libc.EINTR)
            {
                continue;
            }

            if (got <= 0 || buffer[length] == (byte)'\n')
            {
                break;
            }

            length++;
        }

        byte[] line = GC.AllocateArray<byte>(length, pinned: true);
        buffer.AsSpan(0, length).CopyTo(line);
        CryptographicOperations.ZeroMemory(buffer);
        return line;
    }

    private static void Write(int fd, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Interop.Libc.write(fd, in bytes[0], (nuint)bytes.Length);
    }
}
