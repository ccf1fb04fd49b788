using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SnapFs.Testing.Trees;

/// <summary>Where the data of an open file lies, and the hash of its bytes.</summary>
internal static unsafe class FileContent
{
    public const int PageSize = 4096;

    /// <summary>
    /// The byte ranges that are not holes. The whole file where the file system cannot tell.
    /// </summary>
    public static List<(long Start, long End)> DataExtents(int file, long length)
    {
        List<(long Start, long End)> extents = [];
        for (long position = 0; position < length;)
        {
            long start = Libc.lseek(file, position, Libc.SeekData);
            if (start < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Libc.ErrnoNoSuchDeviceOrAddress)
                {
                    break; // only a hole is left
                }

                throw new IOException($"lseek SEEK_DATA: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
            }

            long end = Libc.lseek(file, start, Libc.SeekHole);
            DirectoryHandle.Check((nint)end, "lseek SEEK_HOLE", default);
            extents.Add((start, end));
            position = end;
        }

        return extents;
    }

    /// <summary>Extents as whole pages, adjoining ones joined.</summary>
    public static List<(long First, long End)> MergePages(List<(long Start, long End)> extents)
    {
        List<(long First, long End)> pages = [];
        foreach ((long start, long end) in extents)
        {
            long first = start / PageSize;
            long last = (end + PageSize - 1) / PageSize;
            if (pages.Count > 0 && pages[^1].End >= first)
            {
                pages[^1] = (pages[^1].First, Math.Max(pages[^1].End, last));
            }
            else
            {
                pages.Add((first, last));
            }
        }

        return pages;
    }

    /// <summary>The hash that <see cref="TreeRecord.ContentHash"/> describes.</summary>
    /// <remarks>
    /// The first and last page of every hole is read as well: a hole that reads as something else must not pass.
    /// </remarks>
    public static string Hash(int file, ReadOnlySpan<byte> name, long length, List<(long Start, long End)> extents)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        long position = 0;
        foreach ((long first, long end) in MergePages(extents))
        {
            long start = first * PageSize;
            ProbeHole(file, name, position, start, buffer);
            for (position = start; position < Math.Min(end * PageSize, length);)
            {
                int wanted = (int)Math.Min(buffer.Length, Math.Min(end * PageSize, length) - position);
                int count = Read(file, name, buffer.AsSpan(0, wanted), position);
                if (count != wanted)
                {
                    throw new IOException($"{RawName.Escape(name)} ends at {position + count}, not at {length}");
                }

                HashPages(hash, buffer.AsSpan(0, count), position);
                position += count;
            }
        }

        ProbeHole(file, name, position, length, buffer);
        if (Read(file, name, buffer.AsSpan(0, 1), length) != 0)
        {
            throw new IOException($"{RawName.Escape(name)} has bytes after its end");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The same of bytes that are in memory.</summary>
    public static string Hash(ReadOnlySpan<byte> content)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        HashPages(hash, content, position: 0);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void HashPages(IncrementalHash hash, ReadOnlySpan<byte> data, long position)
    {
        Span<byte> offset = stackalloc byte[sizeof(long)];
        for (int at = 0; at < data.Length; at += PageSize)
        {
            ReadOnlySpan<byte> page = data[at..Math.Min(at + PageSize, data.Length)];
            if (page.ContainsAnyExcept((byte)0))
            {
                BinaryPrimitives.WriteInt64LittleEndian(offset, position + at);
                hash.AppendData(offset);
                hash.AppendData(page);
            }
        }
    }

    private static void ProbeHole(int file, ReadOnlySpan<byte> name, long start, long end, byte[] buffer)
    {
        if (start >= end)
        {
            return;
        }

        int probe = (int)Math.Min(PageSize, end - start);
        foreach (long offset in (ReadOnlySpan<long>)[start, end - probe])
        {
            if (Read(file, name, buffer.AsSpan(0, probe), offset) != probe
                || buffer.AsSpan(0, probe).ContainsAnyExcept((byte)0))
            {
                throw new IOException($"the hole of {RawName.Escape(name)} at {offset} does not read as zeros");
            }
        }
    }

    /// <summary>Reads until the buffer is full or the file ends; only the end gives less.</summary>
    private static int Read(int file, ReadOnlySpan<byte> name, Span<byte> destination, long offset)
    {
        int total = 0;
        fixed (byte* buffer = destination)
        {
            while (total < destination.Length)
            {
                nint count = DirectoryHandle.Check(
                    Libc.pread(file, buffer + total, (nuint)(destination.Length - total), offset + total), "pread", name);
                if (count == 0)
                {
                    break;
                }

                total += (int)count;
            }
        }

        return total;
    }
}
