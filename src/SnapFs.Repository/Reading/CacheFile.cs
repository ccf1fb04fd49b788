namespace SnapFs.Repository.Reading;

/// <summary>Files of the local cache that several processes may write.</summary>
internal static class CacheFile
{
    /// <summary>How a file is opened for writing: one that is made is private to its user.</summary>
    internal static FileStreamOptions Private(FileMode mode, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Zero if there is no such file.</summary>
    /// <exception cref="IOException">It is a directory.</exception>
    internal static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? file.Length : Directory.Exists(path) ? throw new IOException("it is a directory") : 0;
    }

    /// <summary>Locks a file by a second one beside it.</summary>
    /// <returns>The lock; null if another process writes.</returns>
    internal static FileStream? TryLock(string path)
    {
        string locked = path + ".lock";
        try
        {
            return new FileStream(locked, Private(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException) when (File.Exists(locked))
        {
            return null;
        }
    }
}
