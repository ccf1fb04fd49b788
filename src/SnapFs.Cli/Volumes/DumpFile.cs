using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Repositories;

namespace SnapFs.Cli.Volumes;

/// <summary>A volume dump as the command line names it: a file or standard input, perhaps through a filter.</summary>
internal sealed class DumpFile : IDisposable
{
    /// <summary>How standard input is written.</summary>
    public const string StandardInput = "-";

    private const int MaxComplaint = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly Process? _filter;
    private readonly Task<string>? _complaint;

    private DumpFile(string path, Stream stream, Process? filter)
    {
        _path = path;
        Stream = stream;
        _filter = filter;
        _complaint = filter is null ? null : ReadComplaintAsync(filter.StandardError);
    }

    /// <summary>The dump.</summary>
    public Stream Stream { get; }

    /// <summary>Opens a dump.</summary>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="filter">A command for the shell that has the file as its standard input; null for none.</param>
    /// <param name="environment">Has standard input.</param>
    /// <exception cref="CommandFailedException">It cannot be opened.</exception>
    public static DumpFile Open(string path, string? filter, CliEnvironment environment)
    {
        try
        {
            if (filter is null)
            {
                return new DumpFile(
                    path, path == StandardInput ? environment.OpenInput() : OpenFile(path), filter: null);
            }

            if (path != StandardInput)
            {
                OpenFile(path).Dispose(); // the shell's own message would have its name in it
            }

            Process process = Start(path, filter);
            return new DumpFile(path, process.StandardOutput.BaseStream, process);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new CommandFailedException($"{Name(path)}: {WhyUnreadable(path, e)}");
        }
    }

    /// <summary>The name for messages.</summary>
    public static string Name(string path) => path == StandardInput ? "standard input" : SafeText.Of(path);

    /// <summary>Whether the filter, whose output was read to its end, failed: what it wrote is not to be trusted then.</summary>
    /// <returns>What went wrong; null if nothing did.</returns>
    public async Task<string?> ComplaintOfFilterAsync(CancellationToken cancellationToken)
    {
        if (_filter is null || _complaint is null)
        {
            return null;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _filter.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // it goes on writing what nobody reads
        }

        if (_filter.ExitCode == 0)
        {
            return null;
        }

        string complaint = await _complaint.ConfigureAwait(false);
        return $"the filter exited with {_filter.ExitCode}{(complaint.Length == 0 ? "" : $": {complaint}")}";
    }

    /// <summary>Reads what is left of standard input: <c>vos dump</c> would call a pipe that is closed early a failure.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (_path == StandardInput && _filter is null)
        {
            await Stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the filter if there is one that still runs; may be called by any thread before disposal.</summary>
    public void StopFilter()
    {
        if (_filter is { HasExited: false })
        {
            _filter.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        StopFilter();
        _filter?.Dispose();
    }

    /// <summary>.NET calls a directory a file to which access is denied.</summary>
    private static string WhyUnreadable(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "is a directory; name the dumps in it",
        _ => $"cannot be read: {e.Message.TrimEnd('.')}",
    };

    private static FileStream OpenFile(string path) => new(RawPaths.RequireText(path), new FileStreamOptions
    {
        Options = FileOptions.SequentialScan,
        BufferSize = 0,
        Share = FileShare.ReadWrite | FileShare.Delete,
    });

    /// <summary>The file is the standard input of a group, so that it is that of the first command of a pipeline.</summary>
    private static Process Start(string path, string filter)
    {
        string script = path == StandardInput ? filter : $"{{ {filter}\n}} < \"$0\"";
        ProcessStartInfo start = new("/bin/sh", ["-c", script, path == StandardInput ? "sh" : Path.GetFullPath(path)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new Win32Exception();
    }

    /// <summary>The last line that the filter wrote to standard error.</summary>
    private static async Task<string> ReadComplaintAsync(StreamReader error)
    {
        string last = "";
        char[] line = new char[MaxComplaint];
        int length = 0;
        char[] one = new char[MaxComplaint];
        for (int read; (read = await error.ReadAsync(one).ConfigureAwait(false)) > 0;)
        {
            for (int i = 0; i < read; i++)
            {
                if (one[i] != '\n')
                {
                    line[Math.Min(length++, MaxComplaint - 1)] = one[i];
                    length = Math.Min(length, MaxComplaint);
                }
                else if (length > 0)
                {
                    last = new string(line, 0, length);
                    length = 0;
                }
            }
        }

        return SafeText.Of(length > 0 ? new string(line, 0, length) : last);
    }
}
