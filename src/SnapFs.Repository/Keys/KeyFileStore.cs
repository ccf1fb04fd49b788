using System.Security.Cryptography;
using System.Text;
using SnapFs.Local;

namespace SnapFs.Repository.Keys;

/// <summary>Reads and writes key files on the local disk.</summary>
public static class KeyFileStore
{
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads a key file that nobody but its owner can read; also out of a pipe.</summary>
    /// <exception cref="KeyFileException">It is missing, open to others, or no key file.</exception>
    public static KeyFile Read(string path)
    {
        byte[] content = new byte[MaxLength + 1];
        try
        {
            if (Directory.Exists(path))
            {
                throw new KeyFileException($"'{path}' is a directory", ErrorKind.Usage);
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length is 0 or > MaxLength)
            {
                throw new KeyFileException($"'{path}' is {(length == 0 ? "empty" : "too long to be a key file")}");
            }

            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
            {
                throw new KeyFileException($"'{path}' can be read by other users: run 'chmod 600 {path}'");
            }

            return KeyFile.Parse(Encoding.UTF8.GetString(content.AsSpan(0, length)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"'{path}' cannot be read: {SystemText.Of(e)}", ErrorKind.Usage);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
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
        catch (IOException) when (Path.Exists(path))
        {
            throw new KeyFileException($"'{path}' exists already, and is not replaced: name another file", ErrorKind.Exists);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"'{path}' cannot be written: {SystemText.Of(e)}", ErrorKind.Target);
        }
    }
}
