using System.Globalization;
using System.Text;
using SnapFs.Local;

namespace SnapFs.Cli.Mounting;

/// <summary>A file of mode 0600 that lines are appended to. What cannot be written goes to the system's log.</summary>
internal sealed class FileLog : IMountLog
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private FileStream _file;
    private readonly TimeProvider _clock;

    private FileLog(string path, FileStream file, TimeProvider clock)
    {
        _path = path;
        _file = file;
        _clock = clock;
    }

    /// <summary>Opens a file, making it if need be.</summary>
    /// <exception cref="JobException">It cannot be opened.</exception>
    public static FileLog Open(string path, TimeProvider clock) => new(path, Open(path), clock);

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, PrivateFile.Options(FileMode.Append, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException(
                ErrorKind.Environment,
                $"the log {SafeText.Of(path)} cannot be opened ({SystemText.Of(e)}); give another --log-file");
        }
    }

    /// <inheritdoc/>
    public void Write(MountLogLevel level, string message)
    {
        string time = _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string word = level switch
        {
            MountLogLevel.Error => "error",
            MountLogLevel.Warning => "warning",
            _ => "info",
        };
        byte[] line = Encoding.UTF8.GetBytes($"{time} {word} {SafeText.Message(message)}\n");
        lock (_gate)
        {
            try
            {
                _file.Write(line);
            }
            catch (IOException e)
            {
                using SyslogLog syslog = new();
                syslog.Write(MountLogLevel.Warning, $"the log file cannot be written: {SystemText.Of(e)}");
                syslog.Write(level, message);
            }
        }
    }

    /// <inheritdoc/>
    public void Reopen()
    {
        try
        {
            FileStream file = Open(_path);
            lock (_gate)
            {
                _file.Dispose();
                _file = file;
            }
        }
        catch (JobException e)
        {
            Write(MountLogLevel.Warning, e.Message); // to the old one, which is better than nowhere
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
