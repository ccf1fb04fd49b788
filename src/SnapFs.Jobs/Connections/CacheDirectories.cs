using SnapFs.Objects;

namespace SnapFs.Jobs.Connections;

/// <summary>The directories below <c>--cache-dir</c>: one a repository, named by its id.</summary>
public static class CacheDirectories
{
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the directory for a repository, 0700.</summary>
    /// <exception cref="JobException">It cannot be made.</exception>
    public static string Prepare(string root, in ObjectId repository)
    {
        string path = Path.Combine(RawPaths.Absolute(root), repository.ToString()[..32]);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }

            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException(
                $"the cache directory {SafeText.Of(path)} cannot be made ({e.Message.TrimEnd('.')}); give --cache-dir");
        }
    }
}
