using SnapFs.Jobs.Connections;

namespace SnapFs.Cli.Commands;

/// <summary>Files whose content an option takes, such as a list of patterns.</summary>
internal static class OptionFile
{
    /// <summary>Bytes of the longest file; people write these by hand, or a program for them.</summary>
    internal const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Reads a file, a pipe or a device to its end.</summary>
    /// <param name="file">Its path, as given.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="UsageException">It cannot be read, or does not end within <see cref="MaxLength"/>.</exception>
    public static byte[] Read(string file, string option)
    {
        string path = RawPaths.RequireText(file);
        if (Directory.Exists(path))
        {
            throw new UsageException($"{option} {SafeText.Of(file)} is a directory; give a file");
        }

        try
        {
            using FileStream input = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return ReadToEnd(input, $"{option} {SafeText.Of(file)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {SafeText.Of(file)} cannot be read: {SystemText.Of(e)}");
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="place">What it is, for messages.</param>
    /// <exception cref="UsageException">It does not end within <see cref="MaxLength"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadToEnd(Stream input, string place)
    {
        using MemoryStream content = new();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = input.Read(buffer)) > 0)
        {
            if (content.Length + count > MaxLength)
            {
                throw new UsageException($"{place} is longer than {MaxLength >> 20} MiB; is it the right file?");
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }
}
