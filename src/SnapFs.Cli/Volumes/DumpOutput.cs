using SnapFs.Afs.Reading;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;

namespace SnapFs.Cli.Volumes;

/// <summary>Writes a dump where the user wants it.</summary>
internal static class DumpOutput
{
    private const int BufferLength = 1024 * 1024;

    /// <summary><c>ENOSPC</c> and <c>EDQUOT</c> of Linux, which .NET hands on as they are.</summary>
    private const int NoSpace = 28;
    private const int NoQuota = 122;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes to standard output.</summary>
    public static void WriteToStandardOutput(CommandContext context, DumpContent dump, CancellationToken cancellationToken) =>
        Copy(dump, context.Output.Bytes, cancellationToken);

    /// <summary>A dump is bytes, and holds what nobody but its owner may read.</summary>
    /// <exception cref="JobException">Standard output is a terminal.</exception>
    public static void RefuseTerminal(CliEnvironment environment)
    {
        if (environment.OutputIsTerminal)
        {
            throw new JobException(
                ErrorKind.Refused, "a dump is not for a terminal; name a file with -o or redirect standard output");
        }
    }

    /// <summary>Writes a new file that only its owner may read. A file that could not be finished is removed.</summary>
    /// <exception cref="JobException">It exists, is a directory, has no room or cannot be written.</exception>
    public static void WriteToFile(string path, DumpContent dump, CancellationToken cancellationToken)
    {
        string file = RawPaths.RequireText(path);
        if (Directory.Exists(file))
        {
            throw new JobException(ErrorKind.Exists, $"{SafeText.Of(path)} is a directory; name a file in it");
        }

        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        bool isOurs = false;
        try
        {
            using FileStream stream = new(file, options);
            isOurs = true;
            Copy(dump, stream.Write, cancellationToken);
            stream.Flush(flushToDisk: true);
            isOurs = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (e.HResult is NoSpace or NoQuota)
            {
                throw new JobException(
                    ErrorKind.StorageFull,
                    $"there is no room for {SafeText.Of(path)}, which takes {Units.Bytes(dump.Length)}; name a file on another disk "
                        + "with -o");
            }

            throw File.Exists(file) && !isOurs
                ? new JobException(ErrorKind.Exists, $"{SafeText.Of(path)} exists; remove it or name another file")
                : new JobException(ErrorKind.Target, $"{SafeText.Of(path)} cannot be written: {e.Message.TrimEnd('.')}");
        }
        finally
        {
            if (isOurs)
            {
                File.Delete(file);
            }
        }
    }

    private static void Copy(DumpContent dump, WriteBytes write, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferLength];
        using Stream stream = dump.OpenStream();
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            write(buffer.AsSpan(0, count));
        }
    }

    private delegate void WriteBytes(ReadOnlySpan<byte> bytes);
}
