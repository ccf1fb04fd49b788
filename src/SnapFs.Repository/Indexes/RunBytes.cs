using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Repository.Indexes;

/// <summary>The bytes of a run: of a file, or in memory outside the managed heap. Safe for concurrent reads.</summary>
internal abstract class RunBytes : IDisposable
{
    /// <summary>How many there are.</summary>
    internal abstract long Length { get; }

    /// <summary>Whether they are in memory, so that giving them costs nothing.</summary>
    internal abstract bool IsInMemory { get; }

    /// <summary>Gives some of them.</summary>
    /// <param name="offset">The first.</param>
    /// <param name="length">How many.</param>
    /// <param name="scratch">At least that long; what is returned may lie in it.</param>
    /// <exception cref="RunFileException">They cannot be read.</exception>
    internal abstract ReadOnlySpan<byte> Get(long offset, int length, Span<byte> scratch);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A run in a file.</summary>
/// <remarks>The file is read, not mapped: a mapped file that is cut off or whose disk fails ends the process, and each look-up in it
/// makes 64 KiB resident.</remarks>
internal sealed class FileBytes : RunBytes
{
    private readonly SafeFileHandle _handle;

    private FileBytes(SafeFileHandle handle, long length)
    {
        _handle = handle;
        Length = length;
    }

    internal override long Length { get; }

    internal override bool IsInMemory => false;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    internal static FileBytes Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            return new FileBytes(handle, RandomAccess.GetLength(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    internal override ReadOnlySpan<byte> Get(long offset, int length, Span<byte> scratch)
    {
        Span<byte> bytes = scratch[..length];
        try
        {
            for (int done = 0; done < length;)
            {
                int count = RandomAccess.Read(_handle, bytes[done..], offset + done);
                if (count == 0)
                {
                    throw new RunFileException(null);
                }

                done += count;
            }
        }
        catch (Exception e) when (e is (IOException and not RunFileException) or UnauthorizedAccessException)
        {
            throw new RunFileException(e);
        }

        return bytes;
    }

    public override void Dispose() => _handle.Dispose();
}

/// <summary>A run in memory.</summary>
internal sealed unsafe class NativeBytes : RunBytes
{
    private byte* _start;
    private long _length;

    /// <param name="length">Bytes; what is not written takes no memory.</param>
    internal NativeBytes(long length)
    {
        _start = (byte*)NativeMemory.AllocZeroed(checked((nuint)length));
        _length = length;
    }

    ~NativeBytes() => NativeMemory.Free(_start);

    internal override long Length => _length;

    internal override bool IsInMemory => true;

    internal override ReadOnlySpan<byte> Get(long offset, int length, Span<byte> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, _length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>A stream that fills it from the start.</summary>
    internal UnmanagedMemoryStream OpenWrite() => new(_start, 0, _length, FileAccess.ReadWrite);

    /// <summary>Gives the end back.</summary>
    internal void Shrink(long length)
    {
        _start = (byte*)NativeMemory.Realloc(_start, checked((nuint)length));
        _length = length;
    }

    public override void Dispose()
    {
        NativeMemory.Free(_start);
        _start = null;
        _length = 0;
        GC.SuppressFinalize(this);
    }
}

/// <summary>A run cannot be read or is not what was written; never leaves this project.</summary>
/// <param name="cause">Why it cannot be read; null if it is not what was written.</param>
internal sealed class RunFileException(Exception? cause)
    : IOException(cause?.Message ?? "it is not what was written", cause);
