using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SnapFs.Posix.Processes;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>The set-uid helper <c>fusermount3</c> that lets ordinary users mount (fusermount3(1)).</summary>
internal static unsafe class Fusermount
{
    private const string Program = "fusermount3";

    /// <summary>Mounts and returns the device descriptor that the helper hands over.</summary>
    /// <exception cref="MountException">The helper is missing or refuses.</exception>
    internal static int Mount(string path, string options)
    {
        int* pair = stackalloc int[2];
        if (Interop.Libc.socketpair(Interop.Libc.AF_UNIX, Interop.Libc.SOCK_STREAM, 0, pair) != 0)
        {
            throw new MountException($"{path}: no socket: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // The helper inherits pair[0] and sends the device through it.
            using Process process = Start(["-o", options, "--", path], pair[0]);
            _ = Interop.Libc.close(pair[0]);
            pair[0] = -1;
            int device = Receive(pair[1]);
            string message = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return device >= 0 && process.ExitCode == 0
                ? device
                : throw new MountException($"{path}: {Explain(message)}");
        }
        finally
        {
            if (pair[0] >= 0)
            {
                _ = Interop.Libc.close(pair[0]);
            }

            _ = Interop.Libc.close(pair[1]);
        }
    }

    internal static void Unmount(string path, bool isLazy)
    {
        string[] arguments = isLazy ? ["-u", "-z", "--", path] : ["-u", "--", path];
        using Process process = Start(arguments, channel: -1);
        string message = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new MountException($"{path}: {Explain(message)}");
        }
    }

    private static Process Start(string[] arguments, int channel)
    {
        ProcessStartInfo start = new(Program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        if (channel >= 0)
        {
            start.Environment["_FUSE_COMMFD"] = channel.ToString(CultureInfo.InvariantCulture);
        }

        try
        {
            return ChildProcess.Start(start);
        }
        catch (Win32Exception e)
        {
            throw new MountException(
                $"{Program} is missing, without which only root can mount; install the package fuse3", e);
        }
    }

    private static string Explain(string message)
    {
        string line = message.ReplaceLineEndings(" ").Trim();
        return line.Contains("user_allow_other", StringComparison.Ordinal)
            ? $"{line}; add the line user_allow_other to /etc/fuse.conf"
            : line.Length == 0 ? $"{Program} failed" : line;
    }

    private static int Receive(int channel)
    {
        byte data;
        Interop.Libc.IoVector vector = new() { Start = &data, Length = 1 };
        Interop.Libc.ControlMessageOfDescriptor control = default;
        Interop.Libc.MessageHeader message = new()
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(Interop.Libc.ControlMessageOfDescriptor),
        };
        nint received;
        do
        {
            received = Interop.Libc.recvmsg(channel, &message, Interop.Libc.MSG_CMSG_CLOEXEC);
        }
        while (received < 0 && Marshal.GetLastPInvokeError() == (int)Abi.Errno.EINTR);

        bool hasDescriptor = received > 0 && message.ControlLength > 0
            && control.Level == Interop.Libc.SOL_SOCKET && control.Type == Interop.Libc.SCM_RIGHTS;
        return hasDescriptor ? control.Descriptor : -1;
    }
}
