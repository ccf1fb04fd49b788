using System.Text;
using SnapFs.Local;

namespace SnapFs.Repository.Keys;

/// <summary>Reads and writes key files on the local disk.</summary>
public static class KeyFileStore
{
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads a key file that nobody but its owner can read.</summary>
    /// <exception cref="KeyFileException">It is missing, open to others, or no key file.</exception>
    public static KeyFile Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
            {
                throw new KeyFileException($"'{path}' can be read by other users: run 'chmod 600 {path}'");
            }

            if (stream.Length > MaxLength)
            {
                throw new KeyFileException($"'{path}' is too long to be a key file");
            }

            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return KeyFile.Parse(Encoding.UTF8.GetString(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"'{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Writes a new key file with mode 0600, durably.</summary>
    /// <exception cref="KeyFileException">The file exists, or cannot be written.</exception>
    public static void Write(string path, KeyFile key)
    {
        try
        {
            using FileStream stream = new(path, PrivateFile.Options(FileMode.CreateNew, FileShare.None));
            stream.Write(Encoding.UTF8.GetBytes(key.Format()));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"'{path}' cannot be written: {e.Message}");
        }
    }
}
