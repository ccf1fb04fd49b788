using System.Buffers;
using System.Text;
using System.Text.Json;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Output;

/// <summary>Where a command writes: results to standard output, problems and progress to standard error.</summary>
/// <remarks>Safe for concurrent use. Every text passes <see cref="SafeText"/> before it comes here.</remarks>
internal sealed class CommandOutput
{
    private const int FlushAt = 64 * 1024;
    private const string WarningPrefix = "snapfs: warning: ";

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly CliEnvironment _environment;
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly ArrayBufferWriter<byte> _pending = new(4096);
    private ProgressLine? _progress;
    private long _problems;
    private SnapFsException? _failure;

    /// <param name="environment">The process around us.</param>
    public CommandOutput(CliEnvironment environment) => _environment = environment;

    /// <summary>Whether results are JSON.</summary>
    public bool IsJson { get; set; }

    /// <summary>Whether only errors are wanted.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Whether the names of files are wanted.</summary>
    public bool IsVerbose { get; private set; }

    /// <summary>Where times are shown.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Takes the values of the global options.</summary>
    public void Configure(Settings settings)
    {
        IsJson = settings.Json;
        IsQuiet = settings.Quiet;
        IsVerbose = settings.Verbose;
        Zone = settings.Zone;
    }

    /// <summary>Writes a line of a result.</summary>
    public void Line(string line) => Write(line + "\n");

    /// <summary>Writes lines of a result.</summary>
    /// <param name="text">Ends with a line feed.</param>
    public void Write(string text)
    {
        lock (_gate)
        {
            ClearProgress();
            Encoding.UTF8.GetBytes(text, _pending);
            FlushIfDue();
        }
    }

    /// <summary>Writes a line that says what was done, unless quiet or JSON is wanted.</summary>
    public void Summary(string line)
    {
        if (!IsQuiet && !IsJson)
        {
            Line(line);
        }
    }

    /// <summary>Writes one JSON object on a line.</summary>
    /// <param name="type">The value of its member <c>type</c>.</param>
    /// <param name="write">Writes the other members.</param>
    public void Json(string type, Action<Utf8JsonWriter> write)
    {
        lock (_gate)
        {
            _pending.Write(Encode(type, write));
            FlushIfDue();
        }
    }

    /// <summary>Writes raw bytes of a result.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _pending.Write(bytes);
            FlushIfDue();
        }
    }

    /// <summary>Writes <c>snapfs: message</c> to standard error, or an object of type <c>error</c>.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="exitCode">What the command ends with, if this ends it.</param>
    public void Error(Problem problem, ExitCode? exitCode = null)
    {
        Interlocked.Increment(ref _problems);
        Diagnostic("error", "snapfs: ", problem.Text, json =>
        {
            JsonFields.Problem(json, problem);
            if (exitCode is { } code)
            {
                json.WriteNumber("exitCode", (int)code);
            }
        });
    }

    /// <summary>Writes <c>snapfs: warning: message</c> to standard error, or an object of type <c>warning</c>.</summary>
    public void Warning(string message) => Diagnostic("warning", WarningPrefix, message, _ => { });

    /// <summary>The same of something that is known in more detail.</summary>
    /// <param name="problem">What is not as it should be, though it is no failure.</param>
    public void Warning(Problem problem) =>
        Diagnostic("warning", WarningPrefix, problem.Text, json => JsonFields.Problem(json, problem));

    /// <summary>Writes <c>snapfs: message</c> to standard error, or an object of type <c>note</c>: nothing is wrong.</summary>
    public void Note(string message) => Diagnostic("note", "snapfs: ", message, _ => { });

    /// <summary>Writes a trace to standard error.</summary>
    public void Trace(Exception? exception)
    {
        if (exception is not null)
        {
            Diagnostic("trace", "", exception.ToString(), _ => { });
        }
    }

    /// <summary>Shows progress as the terminal or <c>--json</c> allows; nothing otherwise.</summary>
    /// <param name="progress">What to show.</param>
    public void Progress(in ProgressState progress)
    {
        lock (_gate)
        {
            if (IsJson)
            {
                WriteJsonProgress(progress);
                FlushPending(); // a program that reads along waits for it
            }
            else if (ShowsBar)
            {
                _progress ??= new ProgressLine(_environment, CliEnvironment.TerminalColumns());
                _progress.Show(in progress, Volatile.Read(ref _problems));
            }
        }
    }

    /// <summary>Whether <see cref="Progress"/> shows anything.</summary>
    public bool WantsProgress => IsJson || ShowsBar;

    /// <summary>Whether a person sees a line of progress.</summary>
    public bool ShowsBar => !IsJson && !IsQuiet && _environment.ErrorIsTerminal;

    /// <summary>Removes the line of progress.</summary>
    public void EndProgress()
    {
        lock (_gate)
        {
            ClearProgress();
        }
    }

    /// <summary>Hands everything over to the operating system.</summary>
    /// <exception cref="OutputClosedException">The reader of standard output has gone.</exception>
    /// <exception cref="OutputFailedException">Standard output cannot be written, now or earlier.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            ClearProgress();
            FlushPending();
        }
    }

    private void WriteJsonProgress(ProgressState progress) => Json("progress", writer =>
    {
        writer.WriteString("phase", progress.Phase);
        writer.WriteNumber("itemsDone", progress.ItemsDone);
        if (progress.ItemsTotal is { } items)
        {
            writer.WriteNumber("itemsTotal", items);
        }

        writer.WriteNumber("bytesDone", progress.BytesDone);
        if (progress is { BytesTotal: { } total, IsCounting: false })
        {
            writer.WriteNumber("bytesTotal", total);
        }

        writer.WriteNumber("seconds", Math.Round(progress.Elapsed.TotalSeconds, 3));
    });

    private void Diagnostic(string type, string prefix, string message, Action<Utf8JsonWriter> write)
    {
        string shown = type == "trace" ? message : SafeText.Message(message);
        lock (_gate)
        {
            byte[] text = IsJson
                ? [.. Encode(type, json =>
                {
                    json.WriteString("message", shown);
                    write(json);
                })]
                : Encoding.UTF8.GetBytes($"{prefix}{shown}\n");
            ClearProgress();
            TryFlushPending(); // so that lines of both streams are in order; its failure is thrown by Flush
            try
            {
                _environment.Error.Write(text);
            }
            catch (SnapFsException)
            {
                // Standard error is gone, and with it the place to say so. The exit code still tells.
            }
        }
    }

    /// <summary>An object and a line feed; valid until the next.</summary>
    private ReadOnlySpan<byte> Encode(string type, Action<Utf8JsonWriter> write)
    {
        lock (_gate)
        {
            _json.ResetWrittenCount();
            using (Utf8JsonWriter writer = new(_json, JsonOptions))
            {
                writer.WriteStartObject();
                writer.WriteString("type", type);
                write(writer);
                writer.WriteEndObject();
            }

            _json.Write("\n"u8);
            return _json.WrittenSpan;
        }
    }

    private void ClearProgress() => _progress?.Clear();

    private void FlushIfDue()
    {
        if (_environment.OutputIsTerminal || _pending.WrittenCount >= FlushAt)
        {
            FlushPending();
        }
    }

    private void FlushPending()
    {
        TryFlushPending();
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private void TryFlushPending()
    {
        try
        {
            if (_failure is null)
            {
                _environment.Output.Write(_pending.WrittenSpan);
            }
        }
        catch (SnapFsException e)
        {
            _failure = e;
        }

        _pending.ResetWrittenCount();
    }
}
