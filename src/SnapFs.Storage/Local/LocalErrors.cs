namespace SnapFs.Storage;

/// <summary>Turns what system calls meet into what <see cref="IStorage"/> documents.</summary>
/// <param name="root">Looked at to tell whose fault an error is.</param>
internal sealed class LocalErrors(LocalRoot root)
{
    /// <summary>Something could not be done, in words for its beginning.</summary>
    internal static StorageUnavailableException Unavailable(string what, Exception cause) =>
        new($"{what}: {cause.Message}", cause, cause is FileSystemException { IsTransient: true });

    /// <summary>Whether an exception is one that these turn.</summary>
    internal static bool IsOfACall(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>An object cannot be written.</summary>
    /// <param name="name">The object.</param>
    /// <param name="what">What was to be done with it, for example <c>stored</c>.</param>
    /// <param name="cause">What a call met.</param>
    internal SnapFsException OfWriting(ObjectName name, string what, Exception cause) =>
        cause is FileSystemException { IsFull: true }
            ? new StorageFullException(name, root.Path, cause)
            : Unavailable($"{name} cannot be {what} below {root.Path}", cause);

    /// <summary>Whose fault an error is: one object's while the rest can be read, or the whole storage's.</summary>
    internal StorageUnavailableException OfReading(ObjectName name, Exception cause)
    {
        if (cause is not FileSystemException { } error || !IsOfTheFile(error))
        {
            return Unavailable($"{name} below {root.Path} cannot be read", cause);
        }

        try
        {
            using LocalDirectory directory = root.Open();
            directory.Names();
            return new ObjectReadException(name, root.Path, cause, error.IsTransient);
        }
        catch (StorageUnavailableException e)
        {
            return e;
        }
        catch (FileSystemException e)
        {
            return Unavailable($"{root.Path} cannot be listed", e);
        }
    }

    private static bool IsOfTheFile(FileSystemException e) => e.Errno is Interop.Libc.EACCES
        or Interop.Libc.EPERM
        or Interop.Libc.EIO
        or Interop.Libc.ESTALE;
}
