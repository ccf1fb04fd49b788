using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// A file of the local cache that holds an index run: header, tables, and a CRC-32C of each block of the tables.
/// <c>docs/architecture.md</c> gives the layout.
/// </summary>
internal sealed unsafe class RunFile : IDisposable
{
    /// <summary>What is read and checked at once, bytes.</summary>
    internal const int BlockLength = 4096;

    private readonly SafeFileHandle _handle;
    private readonly uint[] _checksums;

    private RunFile(SafeFileHandle handle, in RunHeader header, uint[] checksums)
    {
        _handle = handle;
        Header = header;
        _checksums = checksums;
    }

    /// <summary>The header, checked.</summary>
    internal RunHeader Header { get; }

    /// <summary>Bytes of header and tables.</summary>
    internal long Length => IndexRun.LengthOf(Header);

    /// <summary>Blocks of tables with this many bytes.</summary>
    internal static long BlocksOf(long tables) => (tables + BlockLength - 1) / BlockLength;

    /// <summary>Opens a file and checks its header, not its tables.</summary>
    /// <returns>Null if it is not a run of this repository as it was written.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static RunFile? TryOpen(string path, in ObjectId repository)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RunHeader header = default;
            if (TryRead(handle, MemoryMarshal.AsBytes(new Span<RunHeader>(ref header)), 0)
                && header.Magic == RunHeader.ExpectedMagic)
            {
                long length = IndexRun.LengthOf(in header);
                long blocks = BlocksOf(length - sizeof(RunHeader));

                // The counts are not checked yet, so nothing is allocated for them before the file is as long as they say.
                if (RandomAccess.GetLength(handle) == length + (blocks * sizeof(uint)))
                {
                    uint[] checksums = new uint[blocks];
                    if (TryRead(handle, MemoryMarshal.AsBytes(checksums.AsSpan()), length)
                        && Checksum(header, checksums, in repository).AsSpan().SequenceEqual(DigestOf(ref header)))
                    {
                        return new RunFile(handle, in header, checksums);
                    }
                }
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Writes a run to a new file, durably, so that a name never leads to less than the whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Write(string path, RunMemory memory, in ObjectId repository)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        long tables = memory.Length - sizeof(RunHeader);
        byte* start = memory.Pointer + sizeof(RunHeader);
        memory.Need(start, tables);
        uint[] checksums = new uint[BlocksOf(tables)];
        for (long i = 0; i < checksums.Length; i++)
        {
            long offset = i * BlockLength;
            checksums[i] = Crc32C(new ReadOnlySpan<byte>(start + offset, (int)Math.Min(BlockLength, tables - offset)));
        }

        RunHeader header = *(RunHeader*)memory.Pointer;
        Checksum(header, checksums, in repository).CopyTo(DigestOf(ref header));
        using FileStream stream = new(path, options);
        stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader>(ref header)));
        using (UnmanagedMemoryStream content = new(start, tables))
        {
            content.CopyTo(stream);
        }

        stream.Write(MemoryMarshal.AsBytes(checksums.AsSpan()));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Reads a block and checks it.</summary>
    /// <exception cref="RunFileException">It cannot be read, or is not what was written.</exception>
    internal void Read(long block, Span<byte> bytes)
    {
        try
        {
            if (TryRead(_handle, bytes, sizeof(RunHeader) + (block * BlockLength)) && Crc32C(bytes) == _checksums[block])
            {
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFileException(e);
        }

        throw new RunFileException(null);
    }

    public void Dispose() => _handle.Dispose();

    private static bool TryRead(SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int count = RandomAccess.Read(handle, bytes, offset);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
            offset += count;
        }

        return true;
    }

    /// <summary>Binds header and checksums to the repository.</summary>
    private static byte[] Checksum(RunHeader header, uint[] checksums, in ObjectId repository)
    {
        header.Checksum = default;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(repository.Span);
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader>(ref header)));
        hash.AppendData(MemoryMarshal.AsBytes(checksums.AsSpan()));
        return hash.GetHashAndReset();
    }

    private static Span<byte> DigestOf(ref RunHeader header) =>
        MemoryMarshal.AsBytes(new Span<RunHeader.Digest>(ref header.Checksum));

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte b in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}

/// <summary>A file of the local cache failed; never leaves this project.</summary>
/// <param name="cause">Why it cannot be read; null if it is not what was written.</param>
internal sealed class RunFileException(Exception? cause)
    : IOException(cause?.Message ?? "it is not what was written", cause);
