using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Finds where the data of a file lies.</summary>
internal static class SparseMap
{
    /// <summary>Extents recorded of one file; beyond them its last one takes in the holes that follow.</summary>
    internal const int MaxExtents = 200_000;

    /// <summary>Fills <paramref name="extents"/> with the data of a file.</summary>
    /// <returns>Whether the file has holes; otherwise the list is empty and means nothing.</returns>
    public static bool TryRead(int fd, in FileStat stat, List<Extent> extents)
    {
        extents.Clear();
        const int BlockUnit = 512; // st_blocks counts these, whatever the file system
        if (stat.Size == 0 || stat.Blocks >= ((stat.Size - 1) / BlockUnit) + 1)
        {
            return false;
        }

        long position = 0;
        while (position < stat.Size)
        {
            long data = Interop.Libc.lseek(fd, position, Interop.Libc.SEEK_DATA);
            if (data < 0)
            {
                if (Interop.Libc.Errno == Interop.Libc.ENXIO)
                {
                    break; // only a hole is left
                }

                return false; // the file system does not know: everything is data
            }

            if (data < position)
            {
                extents.Clear();
                return false; // no file system goes back; what one of user space says is no order of extents
            }

            long hole = Interop.Libc.lseek(fd, data, Interop.Libc.SEEK_HOLE);
            if (hole <= data || extents.Count == MaxExtents - 1)
            {
                hole = stat.Size;
            }

            data = Math.Min(data, stat.Size);
            hole = Math.Min(hole, stat.Size);
            if (hole > data)
            {
                extents.Add(new Extent(data, hole - data));
            }

            position = hole;
        }

        return extents.Count != 1 || extents[0].Length != stat.Size;
    }
}
