using SnapFs.Afs.Reading;
using SnapFs.Jobs.Connections;
using SnapFs.Local;

namespace SnapFs.Jobs.Volumes;

/// <summary>Writes a dump where the user wants it.</summary>
public static class DumpOutput
{
    private const int BufferLength = 1024 * 1024;

    /// <summary>Takes bytes of a dump.</summary>
    /// <param name="bytes">Valid until it returns.</param>
    public delegate void WriteBytes(ReadOnlySpan<byte> bytes);

    /// <summary>Writes a new file that only its owner may read. A file that could not be finished is removed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dump">What is written.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="JobException">It exists, is a directory, has no room or cannot be written.</exception>
    public static void WriteToFile(string path, DumpContent dump, CancellationToken cancellationToken)
    {
        string file = RawPaths.RequireText(path);
        if (Directory.Exists(file))
        {
            throw new JobException(ErrorKind.Exists, $"{SafeText.Of(path)} is a directory; name a file in it");
        }

        bool isOurs = false;
        try
        {
            using FileStream stream = new(file, PrivateFile.Options(FileMode.CreateNew));
            isOurs = true;
            Copy(dump, stream.Write, cancellationToken);
            stream.Flush(flushToDisk: true);
            isOurs = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (FullDisk.IsSaidBy(e.HResult))
            {
                throw new JobException(
                    ErrorKind.StorageFull,
                    $"there is no room for {SafeText.Of(path)}, which takes {Units.Bytes(dump.Length)}; name a file on another disk "
                        + "with -o");
            }

            throw File.Exists(file) && !isOurs
                ? new JobException(ErrorKind.Exists, $"{SafeText.Of(path)} exists; remove it or name another file")
                : new JobException(ErrorKind.Target, $"{SafeText.Of(path)} cannot be written: {SystemText.Of(e)}");
        }
        finally
        {
            if (isOurs)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Hands all of a dump over.</summary>
    /// <param name="dump">It.</param>
    /// <param name="write">Takes it, piece by piece.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    public static void Copy(DumpContent dump, WriteBytes write, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferLength];
        using Stream stream = dump.OpenStream();
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            write(buffer.AsSpan(0, count));
        }
    }
}
