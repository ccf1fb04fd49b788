using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using SnapFs.Posix.Processes;

namespace SnapFs.Jobs.Importing;

/// <summary>Runs a program that keeps snapshots of its own kind. Its secrets are where it looks for them itself: in its environment,
/// which is handed on but for what is secret of this program, and is never shown.</summary>
/// <param name="path">The program.</param>
/// <param name="variables">What is set for it; null removes a variable.</param>
/// <param name="secrets">Where it looks for its secrets, for who has to be told.</param>
internal sealed class ForeignProcess(string path, IReadOnlyDictionary<string, string?> variables, string secrets)
{
    /// <summary>A line of a listing has a path in it, each byte of which may be an escape of six.</summary>
    private const int MostLine = 1024 * 1024;

    /// <summary>A list of snapshots, of which a person has at most thousands.</summary>
    private const int MostList = 256 * 1024 * 1024;

    private const int MostError = 64 * 1024;
    private const int MostShown = 400;
    private const int LinesShown = 3;
    private const int BufferLength = 64 * 1024;

    /// <summary>How stacks of Python and Go begin.</summary>
    private static readonly string[] Traces =
        ["Traceback (most recent call last)", "Exception ignored in", "goroutine ", "github.com/", "main.main", "runtime.main"];

    /// <summary>To take back its lock.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>What it is called in messages.</summary>
    public string Name { get; } = Path.GetFileName(path);

    /// <summary>Runs it and takes all it writes.</summary>
    /// <param name="arguments">The command and its arguments, no secret among them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="JobException">It failed; the message has the last it said.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> output = new();
        await RunAsync(arguments, null, stream => Collect(arguments, stream, output), cancellationToken).ConfigureAwait(false);
        return output.WrittenMemory;
    }

    /// <summary>Runs it and hands over what it writes, line by line.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task ReadLinesAsync(
        IReadOnlyList<string> arguments, Action<ReadOnlyMemory<byte>> onLine, CancellationToken cancellationToken) =>
        RunAsync(arguments, null, stream => Split(arguments, stream, onLine), cancellationToken);

    /// <summary>Runs it in a directory; what it writes is not looked at.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task RunInAsync(string directory, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, directory, stream => stream.CopyTo(Stream.Null), cancellationToken);

    /// <summary>How a command is named in messages.</summary>
    public string Label(IReadOnlyList<string> arguments) => $"'{Name} {arguments[0]}'";

    private async Task RunAsync(
        IReadOnlyList<string> arguments, string? directory, Action<Stream> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Process process = Start(arguments, directory);
        process.StandardInput.Close(); // a question or a missing password is a failure, not a wait
        Task<string> error = ReadErrorAsync(process.StandardError.BaseStream);
        try
        {
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => ChildProcess.Terminate(process));
            await Task.Run(() => read(process.StandardOutput.BaseStream), CancellationToken.None).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            string said = await error.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                throw new JobException(
                    ErrorKind.Source, $"{Label(arguments)} failed: {Reason(said) ?? $"exit code {process.ExitCode}"}{Advice(said)}");
            }
        }
        finally
        {
            await ChildProcess.EndAsync(process, Grace).ConfigureAwait(false);
        }
    }

    private Process Start(IReadOnlyList<string> arguments, string? directory)
    {
        ProcessStartInfo start = new(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach ((string name, string? value) in variables)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment.Add(name, value);
            }
        }

        try
        {
            return ChildProcess.Start(start);
        }
        catch (Win32Exception e)
        {
            throw new JobException(ErrorKind.Environment, $"{SafeText.Of(path)} cannot be run: {SystemText.Of(e)}");
        }
    }

    private void Collect(IReadOnlyList<string> arguments, Stream stream, ArrayBufferWriter<byte> output)
    {
        for (int read; (read = stream.Read(output.GetSpan(BufferLength))) > 0;)
        {
            output.Advance(read);
            if (output.WrittenCount > MostList)
            {
                throw ForeignJson.Refuse(Label(arguments), "it has no end");
            }
        }
    }

    private void Split(IReadOnlyList<string> arguments, Stream stream, Action<ReadOnlyMemory<byte>> onLine)
    {
        byte[] buffer = new byte[MostLine];
        int length = 0;
        for (int read; (read = stream.Read(buffer.AsSpan(length))) > 0;)
        {
            length += read;
            int start = 0;
            for (int end; (end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                onLine(buffer.AsMemory(start, end));
            }

            length -= start;
            buffer.AsSpan(start, length).CopyTo(buffer);
            if (length == buffer.Length)
            {
                throw ForeignJson.Refuse(Label(arguments), "a line without end");
            }
        }

        if (length > 0)
        {
            onLine(buffer.AsMemory(0, length));
        }
    }

    /// <summary>The end of what it says: what it gave up for is there.</summary>
    private static async Task<string> ReadErrorAsync(Stream stream)
    {
        byte[] kept = new byte[MostError];
        byte[] piece = new byte[4096];
        int length = 0;
        for (int read; (read = await stream.ReadAsync(piece).ConfigureAwait(false)) > 0;)
        {
            int over = Math.Max(0, length + read - kept.Length);
            kept.AsSpan(over, length - over).CopyTo(kept);
            length -= over;
            piece.AsSpan(0, read).CopyTo(kept.AsSpan(length));
            length += read;
        }

        return Encoding.UTF8.GetString(kept, 0, length);
    }

    /// <summary>restic's word for it, then borg's for a repository that is none.</summary>
    private static bool IsFatal(string line) =>
        line.StartsWith("Fatal:", StringComparison.Ordinal)
        || line.EndsWith("not a valid repository. Check repo config.", StringComparison.Ordinal);

    private static bool BeginsTrace(string line) => Traces.Any(begin => line.StartsWith(begin, StringComparison.Ordinal));

    private static bool IsNoise(string line) => line.Contains("GetPassWarning", StringComparison.Ordinal);

    private string Advice(string said) =>
        said.Contains("password", StringComparison.Ordinal) || said.Contains("passphrase", StringComparison.Ordinal)
            ? $"; {Name} looks for it in {secrets}"
            : said.Contains("no space left", StringComparison.OrdinalIgnoreCase) ? "; --scratch names a directory with more room" : "";

    /// <summary>What it gave up for is what it said last, unless a trace follows; where it calls something fatal, that.</summary>
    internal static string? Reason(string said)
    {
        string[] all = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] lines = [.. all.SkipWhile(line => !IsFatal(line)).TakeWhile(line => !BeginsTrace(line))];
        if (lines.Length == 0)
        {
            lines = [.. all.Where(line => !IsNoise(line)).TakeWhile(line => !BeginsTrace(line))];
        }

        lines = [.. (lines.Length == 0 ? all : lines).Distinct().TakeLast(LinesShown)];
        if (lines.Length == 0)
        {
            return null;
        }

        string text = string.Join("; ", lines.Select(line => line.TrimEnd('.')));
        return SafeText.Of(text.Length > MostShown ? $"…{text[^MostShown..]}" : text);
    }
}
