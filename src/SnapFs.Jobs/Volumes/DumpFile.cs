using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Jobs.Connections;
using SnapFs.Posix.Files;
using SnapFs.Posix.Processes;

namespace SnapFs.Jobs.Volumes;

/// <summary>A volume dump as the command line names it: a file, a pipe or standard input, perhaps through a filter.</summary>
internal sealed class DumpFile : DumpSource
{
    private const int MaxComplaint = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly Process? _filterProcess;
    private readonly FilterPipeline? _pipeline;
    private readonly Task<(string First, string Last)>? _said;

    private DumpFile(string path, Stream stream, Process? filter, FilterPipeline? pipeline)
    {
        _path = path;
        Stream = stream;
        _filterProcess = filter;
        _pipeline = pipeline;
        _said = filter is null || pipeline is null ? null : ReadLinesAsync(filter.StandardError, pipeline);
    }

    /// <inheritdoc/>
    public override string Name => NameOf(_path);

    /// <inheritdoc/>
    public override Stream Stream { get; }

    /// <summary>Opens a dump. A named pipe that nobody writes into is waited for.</summary>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="filter">A command for the shell that has the file as its standard input; null for none.</param>
    /// <param name="openInput">Opens standard input.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">It cannot be opened.</exception>
    public static async Task<DumpFile> OpenAsync(
        string path, string? filter, Func<Stream> openInput, CancellationToken cancellationToken)
    {
        try
        {
            if (filter is null)
            {
                Stream stream = path == VolumeImportRequest.StandardInput
                    ? openInput()
                    : await Task.Run(() => OpenFile(path), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
                return new DumpFile(path, stream, filter: null, pipeline: null);
            }

            if (path != VolumeImportRequest.StandardInput && IsRegular(path))
            {
                OpenFile(path).Dispose(); // the shell's own message would have its name in it
            }

            if (path == VolumeImportRequest.StandardInput)
            {
                openInput().Dispose(); // the shell would read from whatever is there if it is closed
            }

            FilterPipeline pipeline = new(filter);
            Process process = Start(path, pipeline);
            return new DumpFile(path, process.StandardOutput.BaseStream, process, pipeline);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new JobException(ErrorKind.Source, $"{NameOf(path)}: {WhyUnreadable(path, e)}");
        }
    }

    /// <summary>The name for messages.</summary>
    public static string NameOf(string path) => path == VolumeImportRequest.StandardInput ? "standard input" : SafeText.Of(path);

    /// <summary>Whether a file can be read twice. One that is not there is one that can: opening it says what is wrong.</summary>
    public static bool IsRegular(string path) =>
        path != VolumeImportRequest.StandardInput && !InputKind.IsReadOnce(RawPaths.RequireText(path));

    /// <inheritdoc/>
    public override async Task<DumpComplaint?> ComplaintAsync(CancellationToken cancellationToken)
    {
        if (_filterProcess is null || _pipeline is null || _said is null)
        {
            return null;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _filterProcess.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            (string first, string last) = await _said.WaitAsync(limit.Token).ConfigureAwait(false);
            return _pipeline.Complaint(_filterProcess.ExitCode, first, last);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // it goes on writing what nobody reads
        }
    }

    /// <inheritdoc/>
    public override async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (_filterProcess is null && !IsRegular(_path))
        {
            await Stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        if (_filterProcess is { HasExited: false })
        {
            _filterProcess.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Stream.Dispose();
        Stop();
        _filterProcess?.Dispose();
    }

    /// <summary>.NET calls a directory a file to which access is denied.</summary>
    private static string WhyUnreadable(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "is a directory; name the dumps in it",
        _ => $"cannot be read: {SystemText.Of(e)}",
    };

    private static FileStream OpenFile(string path) => new(RawPaths.RequireText(path), new FileStreamOptions
    {
        Options = FileOptions.SequentialScan,
        BufferSize = 0,
        Share = FileShare.ReadWrite | FileShare.Delete,
    });

    /// <summary>The file is the standard input of a group, so that it is that of the first command of a pipeline.</summary>
    private static Process Start(string path, FilterPipeline pipeline)
    {
        string script = path == VolumeImportRequest.StandardInput ? pipeline.Script : $"{{ {pipeline.Script}\n}} < \"$0\"";
        ProcessStartInfo start = new("/bin/sh", ["-c", script, path == VolumeImportRequest.StandardInput ? "sh" : Path.GetFullPath(path)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return ChildProcess.Start(start);
    }

    /// <summary>The first and the last line that the filter wrote to standard error.</summary>
    private static async Task<(string First, string Last)> ReadLinesAsync(StreamReader error, FilterPipeline pipeline)
    {
        string first = "";
        string last = "";
        char[] line = new char[MaxComplaint];
        int length = 0;
        char[] piece = new char[MaxComplaint];
        for (int read; (read = await error.ReadAsync(piece).ConfigureAwait(false)) > 0;)
        {
            for (int i = 0; i < read; i++)
            {
                if (piece[i] == '\n')
                {
                    End();
                }
                else if (length < MaxComplaint)
                {
                    line[length++] = piece[i];
                }
            }
        }

        End();
        return (first, last);

        void End()
        {
            string text = new(line, 0, length);
            length = 0;
            if (text.Length > 0 && !pipeline.Take(text))
            {
                last = SafeText.Of(text);
                first = first.Length == 0 ? last : first;
            }
        }
    }
}
