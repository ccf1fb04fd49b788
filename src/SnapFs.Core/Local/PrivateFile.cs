namespace SnapFs.Local;

/// <summary>Files that only their owner may read.</summary>
public static class PrivateFile
{
    /// <summary>How such a file is opened for writing, without a buffer. One that is made has mode 0600; on Windows the directories of a
    /// profile are private already.</summary>
    /// <param name="mode">Whether it is made.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="access">What is done with it.</param>
    public static FileStreamOptions Options(
        FileMode mode, FileShare share = FileShare.Read, FileAccess access = FileAccess.Write)
    {
        FileStreamOptions options = new() { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
