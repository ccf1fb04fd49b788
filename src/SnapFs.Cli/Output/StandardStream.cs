using System.ComponentModel;
using System.Runtime.InteropServices;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Output;

/// <summary>
/// Standard output or error by <c>write(2)</c>. The runtime's own stream hides a closed pipe, so <c>snapfs cat … | head</c>
/// would go on reading; a file stream would keep its own offset and overwrite what other processes append.
/// </summary>
internal sealed class StandardStream(int fd) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="OutputClosedException">The reader of the pipe has gone.</exception>
    /// <exception cref="OutputFailedException">The bytes could not be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!buffer.IsEmpty && !StandardDescriptors.IsOpen(fd))
        {
            throw new OutputFailedException("it was closed when the program started");
        }

        while (!buffer.IsEmpty)
        {
            nint written = Interop.Libc.write(fd, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Interop.Libc.EPIPE)
            {
                throw new OutputClosedException();
            }

            if (error != Interop.Libc.EINTR)
            {
                throw new OutputFailedException(new Win32Exception(error).Message);
            }
        }
    }
}
