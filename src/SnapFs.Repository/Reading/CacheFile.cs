using SnapFs.Local;

namespace SnapFs.Repository.Reading;

/// <summary>Files of the local cache that several processes may write.</summary>
internal static class CacheFile
{
    /// <summary>Zero if there is no such file.</summary>
    /// <exception cref="IOException">It is a directory.</exception>
    internal static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? file.Length : Directory.Exists(path) ? throw new IOException("it is a directory") : 0;
    }

    /// <summary>Writes, if no other process does. A second file beside it is the lock.</summary>
    /// <param name="cache">Its directory is made if it is not there; told of trouble.</param>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    internal static void Write(LocalCache cache, string path, Action write)
    {
        try
        {
            LocalCache.Create(cache.Directory);
            using FileStream? held = TryLock(path + ".lock");
            if (held is not null)
            {
                write();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cache.Report(path, SystemText.Of(e));
        }
    }

    /// <summary>Null if another process writes.</summary>
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
