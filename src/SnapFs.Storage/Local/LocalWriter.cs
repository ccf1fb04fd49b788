using System.Collections.Concurrent;

namespace SnapFs.Storage;

/// <summary>Writes and deletes objects on the caller's thread. Safe for concurrent use.</summary>
/// <param name="root">The repository.</param>
/// <param name="errors">Says what calls meet.</param>
internal sealed class LocalWriter(LocalRoot root, LocalErrors errors)
{
    private readonly ConcurrentDictionary<string, bool> _swept = new();

    /// <inheritdoc cref="IStorage.PutAsync"/>
    internal void Put(ObjectName name, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            using LocalDirectory directory = root.Open();
            using LocalDirectory folder = OpenFolder(directory, name);
            if (!LocalFolder.TryPut(folder, name.FileName, content, cancellationToken))
            {
                throw new ObjectExistsException(name);
            }
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw errors.OfWriting(name, "stored", e);
        }

        if (name.Kind == ObjectKind.Config)
        {
            root.Remember(name);
        }
    }

    /// <summary>Puts bytes in the place of whatever has a name.</summary>
    /// <returns>False when the bytes were there already.</returns>
    internal bool Heal(ObjectName name, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            using LocalDirectory directory = root.Open();
            using LocalDirectory folder = OpenFolder(directory, name);
            return LocalFolder.Heal(folder, name.FileName, content, cancellationToken);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw errors.OfWriting(name, "replaced", e);
        }
    }

    /// <inheritdoc cref="IStorage.DeleteAsync"/>
    internal void Delete(ObjectName name)
    {
        try
        {
            using LocalDirectory directory = root.Open();
            using LocalDirectory? folder = LocalLayout.TryOpenFolder(directory, name);
            if (folder is not null)
            {
                folder.Delete(name.FileName);
                folder.Sync();
            }
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"{name} cannot be deleted below {root.Path}", e);
        }
    }

    /// <inheritdoc cref="IStorage.GetTimeAsync"/>
    internal DateTimeOffset ReadClock()
    {
        try
        {
            using LocalDirectory directory = root.Open();
            return LocalFolder.ReadClock(directory);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"the time of {root.Path} cannot be read", e);
        }
    }

    private LocalDirectory OpenFolder(LocalDirectory directory, ObjectName name)
    {
        LocalDirectory folder = LocalLayout.OpenFolder(directory, name);
        try
        {
            RemoveStaleOnce(directory, name);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Cleans a directory up when it is first written to. A hostile drive may link it to somebody's files, so no
    /// link is followed on the way.</summary>
    private void RemoveStaleOnce(LocalDirectory directory, ObjectName name)
    {
        if (!_swept.TryAdd(name.Folder, true))
        {
            return;
        }

        using LocalDirectory? folder = LocalLayout.TryOpenFolder(directory, name, followsLinks: false);
        if (folder is not null)
        {
            LocalFolder.RemoveStale(folder);
        }
    }
}
