using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>Removes entries by directory descriptors: never through a symlink, never across a mount point, and never
/// the repository or the cache.</summary>
internal static class ExtraRemover
{
    /// <summary>Removes a name and all below it.</summary>
    /// <param name="services">Options and problems.</param>
    /// <param name="context">The worker, for its count.</param>
    /// <param name="directory">Where the name is.</param>
    /// <param name="name">The name, with a NUL after it.</param>
    /// <param name="path">For messages.</param>
    /// <param name="device">The device that is not to be left.</param>
    /// <returns>Whether the name is gone.</returns>
    public static bool Remove(
        RestoreServices services, RestoreContext context, int directory, byte[] name, byte[] path, ulong device)
    {
        services.Pool.ThrowIfStopped();
        if (FileStat.At(directory, in name[0], out FileStat stat) != 0)
        {
            return true;
        }

        if (stat.Type == NodeType.Directory && !MayEnter(services, in stat, path, device))
        {
            return false;
        }

        if (services.Options.DryRun)
        {
            context.Deleted++;
            return true;
        }

        bool isDirectory = stat.Type == NodeType.Directory;
        if (isDirectory && !RemoveContent(services, context, directory, name, path, device))
        {
            return false;
        }

        if (Interop.Libc.unlinkat(directory, in name[0], isDirectory ? Interop.Libc.AT_REMOVEDIR : 0) != 0)
        {
            services.AddError(path, "cannot remove", Interop.Libc.Errno);
            return false;
        }

        context.Deleted++;
        return true;
    }

    private static bool MayEnter(RestoreServices services, in FileStat stat, byte[] path, ulong device)
    {
        if (stat.Device != device)
        {
            services.Problems.Add(path, "is kept: another file system is mounted there");
            return false;
        }

        foreach (FileStat keep in services.Protected)
        {
            if (stat.IsSameInode(in keep))
            {
                services.Problems.Add(path, "is kept: it is the repository or the cache");
                return false;
            }
        }

        return true;
    }

    private static bool RemoveContent(
        RestoreServices services, RestoreContext context, int directory, byte[] name, byte[] path, ulong device)
    {
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_DIRECTORY;
        int fd = Descriptors.Open(directory, in name[0], flags);
        if (fd < 0)
        {
            services.AddError(path, "cannot open the directory", -fd);
            return false;
        }

        try
        {
            DirectoryListing listing = new();
            int error = listing.Read(fd, GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true));
            if (error != 0)
            {
                services.AddError(path, "cannot read the directory", error);
                return false;
            }

            bool isEmpty = true;
            for (int i = 0; i < listing.Count; i++)
            {
                byte[] child = RawPath.Terminate(listing.Name(i));
                isEmpty &= Remove(services, context, fd, child, RawPath.Join(path, listing.Name(i)), device);
            }

            return isEmpty;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }
}
