using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SnapFs.Local;

namespace SnapFs.Afs.Importing;

/// <summary>
/// Keeps encoded nodes, and what goes with each, in a file that has no name and is read by place: a volume of a million
/// files needs 8 bytes of memory a node. Not thread-safe.
/// </summary>
internal sealed class VnodeScratch : IDisposable
{
    private const int HeaderLength = 2 * sizeof(int);
    private const int WriteBuffer = 1 << 20;

    /// <summary>Nodes of one directory mostly lie together, so what follows one is read with it.</summary>
    private const int ReadBuffer = 32 * 1024;

    private readonly string _directory;
    private readonly FileStream _file;
    private readonly byte[] _pending = new byte[WriteBuffer];
    private byte[] _window = new byte[ReadBuffer];
    private long _windowStart;
    private int _windowLength;
    private int _pendingLength;
    private long _written;

    /// <param name="directory">Where the file is made; its name is removed at once.</param>
    /// <exception cref="ScratchException">It cannot be made.</exception>
    public VnodeScratch(string directory)
    {
        _directory = directory;
        try
        {
            _file = Create(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScratchException(directory, e);
        }
    }

    /// <summary>Where the next node will be.</summary>
    public long Length => _written + _pendingLength;

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Keeps a node.</summary>
    /// <param name="node">It, encoded.</param>
    /// <param name="extra">What goes with it.</param>
    /// <returns>Its place.</returns>
    /// <exception cref="ScratchException">There is no room on the disk.</exception>
    public long Append(ReadOnlySpan<byte> node, ReadOnlySpan<byte> extra)
    {
        long place = Length;
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, node.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[sizeof(int)..], extra.Length);
        Write(header);
        Write(node);
        Write(extra);
        return place;
    }

    /// <summary>Gives a node back; valid until the next call.</summary>
    /// <param name="place">What <see cref="Append"/> gave.</param>
    /// <exception cref="ScratchException">It cannot be read.</exception>
    public ReadOnlySpan<byte> NodeAt(long place)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(Read(place, HeaderLength));
        return Read(place + HeaderLength, length);
    }

    /// <summary>Gives back what went with a node; valid until the next call.</summary>
    public ReadOnlySpan<byte> ExtraAt(long place)
    {
        ReadOnlySpan<byte> header = Read(place, HeaderLength);
        int nodeLength = BinaryPrimitives.ReadInt32LittleEndian(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[sizeof(int)..]);
        return Read(place + HeaderLength + nodeLength, length);
    }

    public void Dispose() => _file.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_pendingLength == _pending.Length)
            {
                Flush();
            }

            int here = Math.Min(bytes.Length, _pending.Length - _pendingLength);
            bytes[..here].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += here;
            bytes = bytes[here..];
        }
    }

    private static FileStream Create(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, $"import-{Guid.NewGuid():N}");
        FileStream file = new(path, PrivateFile.Options(FileMode.CreateNew, access: FileAccess.ReadWrite));
        File.Delete(path);
        return file;
    }

    private void Flush()
    {
        try
        {
            RandomAccess.Write(Handle, _pending.AsSpan(0, _pendingLength), _written);
        }
        catch (IOException e)
        {
            throw new ScratchException(_directory, e);
        }

        _written += _pendingLength;
        _pendingLength = 0;
    }

    private ReadOnlySpan<byte> Read(long offset, int length)
    {
        if (offset < _windowStart || offset + length > _windowStart + _windowLength)
        {
            if (offset + length > _written)
            {
                Flush();
            }

            if (_window.Length < length)
            {
                _window = new byte[Math.Max(length, 2 * _window.Length)];
            }

            _windowStart = offset;
            _windowLength = 0;
            int wanted = (int)Math.Min(Math.Max(length, ReadBuffer), _written - offset);
            FillWindow(wanted);
        }

        return _window.AsSpan((int)(offset - _windowStart), length);
    }

    private void FillWindow(int wanted)
    {
        try
        {
            while (_windowLength < wanted)
            {
                int read = RandomAccess.Read(
                    Handle, _window.AsSpan(_windowLength, wanted - _windowLength), _windowStart + _windowLength);
                if (read == 0)
                {
                    throw new EndOfStreamException("it is shorter than what was written");
                }

                _windowLength += read;
            }
        }
        catch (IOException e)
        {
            throw new ScratchException(_directory, e);
        }
    }
}
