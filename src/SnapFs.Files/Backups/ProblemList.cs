using SnapFs.Posix.Files;

namespace SnapFs.Files.Backups;

/// <summary>What could not be read or written. Safe for concurrent use.</summary>
public sealed class ProblemList
{
    /// <summary>Lines kept; more are only counted.</summary>
    public const int MaxLines = 1000;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly Action<string>? _onProblem;
    private long _count;

    /// <param name="onProblem">Told of each problem as it is found, by any thread but one at a time.</param>
    public ProblemList(Action<string>? onProblem = null) => _onProblem = onProblem;

    /// <summary>Problems so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The first <see cref="MaxLines"/> problems: a path, a colon and what is wrong with it.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Adds a problem with a path.</summary>
    public void Add(ReadOnlySpan<byte> path, string finding)
    {
        string line = $"{RawPath.ToText(path)}: {finding}";
        lock (_lock)
        {
            _count++;
            if (_lines.Count < MaxLines)
            {
                _lines.Add(line);
            }

            _onProblem?.Invoke(line);
        }
    }

    /// <summary>Adds a problem with a name in a directory.</summary>
    internal void Add(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, string finding) =>
        Add(RawPath.Join(directory, name), finding);

    /// <summary>Adds a failed call.</summary>
    internal void Add(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, string action, int errno) =>
        Add(directory, name, $"{action}: {Interop.Libc.Text(errno)}");
}
