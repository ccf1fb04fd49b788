using System.IO.Enumeration;
using SnapFs.Jobs.Importing;
using SnapFs.Objects;
using SnapFs.Posix.Files;
using SnapFs.Repository;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Connections;

/// <summary>The directories below <c>--cache-dir</c>: one a repository, named by its id.</summary>
public static class CacheDirectories
{
    private const uint Others = 0x3F; // everything for group and others

    /// <summary>Makes the directory for a repository, 0700, or takes the one that is there if it is private.</summary>
    /// <param name="root">The directory of all caches; null if there is no place for one.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="observer">Told why there is no cache, or what goes wrong with it later: once.</param>
    /// <returns>Null if there is no cache: everything works without, and takes longer.</returns>
    public static LocalCache? Prepare(string? root, in ObjectId repository, IJobObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (string.IsNullOrEmpty(root))
        {
            Warn(observer, "HOME is unset; give --cache-dir");
            return null;
        }

        string path = Path.Combine(root, repository.ToString()[..32]);
        try
        {
            path = Path.GetFullPath(path); // fails in a directory that is gone
            LocalCache.Create(path);
            if (WhyNot(path) is { } reason)
            {
                Warn(observer, $"{path}: {reason}");
                return null;
            }

            return new LocalCache(path, trouble => Warn(observer, trouble));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(observer, $"{path} cannot be made: {SystemText.Of(e)}; give --cache-dir");
            return null;
        }
    }

    private static void Warn(IJobObserver observer, string why) =>
        observer.Warning($"the cache is not used, so this takes longer: {SafeText.Of(why)}");

    /// <summary>Why a directory that is there is not ours alone: who can write to it can have put anything there, and
    /// trees of files are kept in it in plain.</summary>
    private static string? WhyNot(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null; // a profile's directories are private already
        }

        int error = FileStat.Follow(in RawPath.Terminate(RawPath.FromText(path))[0], out FileStat stat);
        if (error != 0)
        {
            return Libc.Text(error);
        }

        return stat.UserId != Libc.geteuid() ? $"it belongs to user {stat.UserId}"
            : (stat.Mode & Others) != 0 ? "other users can enter it: chmod 700 it, or delete it"
            : WhatIsNoFile(path) is { } odd ? $"{odd} is neither a file nor a directory: delete it"
            : null;
    }

    /// <summary>What would be waited for if it were opened, such as a pipe, or leads to what is written instead, as a link does.
    /// What another program restores into a scratch directory is not opened by name.</summary>
    private static string? WhatIsNoFile(string path) => new FileSystemEnumerable<string>(
        path,
        (ref entry) => entry.ToFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
    {
        ShouldRecursePredicate = (ref entry) => !ScratchSpace.IsName(entry.FileName),
    }.FirstOrDefault(IsNoFile);

    private static bool IsNoFile(string path) =>
        FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(RawPath.FromText(path))[0], out FileStat stat) == 0
        && stat.Type is not (NodeType.File or NodeType.Directory);
}
