using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Puts objects into one directory of a local repository: all of an object under its name and on the disk, or
/// nothing.</summary>
internal static class LocalFolder
{
    /// <summary>What the name of an unfinished object starts with; no object's name does.</summary>
    internal const string TemporaryPrefix = ".tmp-";

    /// <summary>When an unfinished object is one that a crash left behind: no put takes that long.</summary>
    internal static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    /// <summary>Puts an object under a name that is free.</summary>
    /// <returns>False when the name is taken by other bytes.</returns>
    /// <exception cref="FileSystemException">A call failed.</exception>
    /// <exception cref="OperationCanceledException">The object is not there.</exception>
    internal static bool TryPut(
        LocalDirectory folder, string name, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        // Looking first spares the write; the last word is that of the rename.
        if (folder.Look(name) is not null)
        {
            return SyncIfStored(folder, name, content);
        }

        try
        {
            if (Write(folder, content, temporary => folder.TryRename(temporary, name), cancellationToken))
            {
                return true;
            }
        }
        catch (FileSystemException e) when (e.IsNotFound && SyncIfStored(folder, name, content))
        {
            // A server carried the renaming out, lost the answer, and was asked again.
            return true;
        }

        return SyncIfStored(folder, name, content);
    }

    /// <summary>Puts bytes in the place of whatever has a name.</summary>
    /// <returns>False when the bytes were there already.</returns>
    /// <exception cref="FileSystemException">A call failed.</exception>
    /// <exception cref="OperationCanceledException">What was there is there still.</exception>
    internal static bool Heal(
        LocalDirectory folder, string name, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        if (SyncIfStored(folder, name, content))
        {
            return false;
        }

        Write(folder, content, Replace, cancellationToken);
        return true;

        bool Replace(string temporary)
        {
            folder.Replace(temporary, name);
            return true;
        }
    }

    /// <summary>The time by the clock that files of a directory are stamped with.</summary>
    /// <exception cref="FileSystemException">A call failed.</exception>
    internal static DateTimeOffset ReadClock(LocalDirectory directory)
    {
        string temporary = NewTemporaryName();
        using SafeFileHandle file = directory.CreateFile(temporary);
        try
        {
            return directory.Look(temporary)?.WrittenAt
                ?? throw new FileSystemException("stat", directory.Path, Interop.Libc.ENOENT);
        }
        finally
        {
            directory.Delete(temporary);
        }
    }

    /// <summary>Removes what crashed puts left long ago, by the clock of the disk, and nothing that is being written.</summary>
    /// <exception cref="FileSystemException">A call failed.</exception>
    internal static void RemoveStale(LocalDirectory folder)
    {
        List<string> unfinished =
            [.. folder.Names().Where(name => name.StartsWith(TemporaryPrefix, StringComparison.Ordinal))];
        if (unfinished.Count == 0)
        {
            return;
        }

        DateTimeOffset limit = ReadClock(folder) - StaleAfter;
        foreach (string name in unfinished)
        {
            if (folder.Look(name) is LocalEntry { IsFile: true } entry && entry.WrittenAt < limit && !IsInUse(folder, name))
            {
                folder.Delete(name);
            }
        }
    }

    private static bool IsInUse(LocalDirectory folder, string name)
    {
        using SafeFileHandle? file = folder.TryOpenFile(name, out _);
        return file is not null && !LocalFiles.TryLock(file);
    }

    private static string NewTemporaryName() => TemporaryPrefix + Guid.NewGuid().ToString("N");

    /// <summary>Whether a name has exactly these bytes; if so, they are on the disk afterwards: whoever brought them may have
    /// crashed before that. What cannot be read is not known to have them.</summary>
    private static bool SyncIfStored(LocalDirectory folder, string name, ReadOnlySpan<byte> content)
    {
        try
        {
            using SafeFileHandle? file = folder.TryOpenFile(name, out _);
            if (file is null || !LocalFiles.Holds(file, folder.Path, content))
            {
                return false;
            }

            LocalFiles.Sync(file, folder.Path);
        }
        catch (FileSystemException e) when (e.Errno is Interop.Libc.EIO or Interop.Libc.EACCES)
        {
            return false;
        }

        folder.Sync();
        return true;
    }

    private static bool Write(
        LocalDirectory folder,
        ReadOnlySpan<byte> content,
        Func<string, bool> publish,
        CancellationToken cancellationToken)
    {
        string temporary = NewTemporaryName();
        SafeFileHandle file = folder.CreateFile(temporary);
        bool published = false;
        try
        {
            using (file)
            {
                LocalFiles.TryLock(file); // so that nobody takes a slow put for one that crashed
                LocalFiles.WriteAll(file, folder.Path, content);
                LocalFiles.Sync(file, folder.Path);
            }

            // Whoever gave up may have used the memory for other bytes meanwhile.
            cancellationToken.ThrowIfCancellationRequested();
            published = publish(temporary);
        }
        finally
        {
            if (!published)
            {
                Discard(folder, temporary);
            }
        }

        if (published)
        {
            folder.Sync();
        }

        return published;
    }

    /// <summary>Removes what was not finished; if that fails too, it becomes stale, and the first error is the one to tell.
    /// </summary>
    private static void Discard(LocalDirectory folder, string temporary)
    {
        try
        {
            folder.Delete(temporary);
        }
        catch (IOException)
        {
            // See above.
        }
    }
}
