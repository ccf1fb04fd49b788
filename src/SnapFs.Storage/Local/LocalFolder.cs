using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>One directory of a local repository, open for as long as objects are put into it.</summary>
internal sealed class LocalFolder : IDisposable
{
    /// <summary>What the name of an unfinished object starts with; no object's name does.</summary>
    internal const string TemporaryPrefix = ".tmp-";

    /// <summary>When an unfinished object is one that a crash left behind: no put takes that long.</summary>
    internal static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly SafeFileHandle? _directory;

    private LocalFolder(string path)
    {
        _path = path;
        _directory = LocalFiles.OpenDirectory(path);
    }

    /// <summary>Opens a directory to put objects into, removing what crashed puts left there long ago.</summary>
    internal static LocalFolder Open(string path)
    {
        LocalFolder folder = new(path);
        try
        {
            RemoveStale(path);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Puts an object: all of it under its name and on the disk, or nothing.</summary>
    /// <returns>False when the name is taken.</returns>
    /// <exception cref="FileSystemException">A call failed.</exception>
    internal bool TryPut(string fileName, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(_path, fileName);
        if (File.Exists(path))
        {
            return false; // spares the write; the last word is Publish's
        }

        return Write(content, temporary => LocalFiles.Publish(temporary, path));
    }

    /// <summary>Puts bytes in the place of an object that does not have those that its name promises.</summary>
    /// <exception cref="FileSystemException">A call failed.</exception>
    internal void Replace(string fileName, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(_path, fileName);
        Write(content, temporary =>
        {
            File.Move(temporary, path, overwrite: true);
            return true;
        });
    }

    /// <summary>The time by the clock that files of a directory are stamped with.</summary>
    internal static DateTimeOffset ReadClock(string directory)
    {
        string temporary = Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        using SafeFileHandle file = LocalFiles.CreateNew(temporary);
        try
        {
            return File.GetLastWriteTimeUtc(file);
        }
        finally
        {
            LocalFiles.Delete(temporary);
        }
    }

    private bool Write(ReadOnlySpan<byte> content, Func<string, bool> publish)
    {
        string temporary = Path.Combine(_path, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        SafeFileHandle file = LocalFiles.CreateNew(temporary);
        bool published = false;
        try
        {
            using (file)
            {
                LocalFiles.WriteAll(file, temporary, content);
                LocalFiles.Sync(file, temporary);
            }

            published = publish(temporary);
        }
        finally
        {
            if (!published)
            {
                LocalFiles.Delete(temporary);
            }
        }

        if (published)
        {
            Sync();
        }

        return published;
    }

    /// <summary>Makes new and removed names survive a crash.</summary>
    internal void Sync()
    {
        if (_directory is not null)
        {
            LocalFiles.Sync(_directory, _path);
        }
    }

    public void Dispose() => _directory?.Dispose();

    private static void RemoveStale(string path)
    {
        DateTime limit = DateTime.UtcNow - StaleAfter;
        foreach (FileInfo file in new DirectoryInfo(path).EnumerateFiles(TemporaryPrefix + "*"))
        {
            if (file.LastWriteTimeUtc < limit)
            {
                LocalFiles.Delete(file.FullName);
            }
        }
    }
}
