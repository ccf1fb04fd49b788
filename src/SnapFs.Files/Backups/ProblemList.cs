using SnapFs.Posix.Files;
using SnapFs.Snapshots;

namespace SnapFs.Files.Backups;

/// <summary>What could not be read or written. Safe for concurrent use.</summary>
public sealed class ProblemList
{
    /// <summary>Problems kept; more are only counted.</summary>
    public const int MaxLines = 1000;

    /// <summary>Bytes of a path that a line shows; of a longer one it shows the two ends.</summary>
    private const int MaxShown = 1024;

    private readonly Lock _lock = new();
    private readonly List<SnapshotProblem> _listed = [];
    private readonly Action<string>? _onProblem;
    private long _count;

    /// <param name="onProblem">Told of each problem as it is found, by any thread but one at a time.</param>
    public ProblemList(Action<string>? onProblem = null) => _onProblem = onProblem;

    /// <summary>Problems so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The first <see cref="MaxLines"/> problems.</summary>
    public IReadOnlyList<SnapshotProblem> Listed
    {
        get
        {
            lock (_lock)
            {
                return [.. _listed];
            }
        }
    }

    /// <summary>The same as lines: a path, a colon and what is wrong with it.</summary>
    public IReadOnlyList<string> Lines => [.. Listed.Select(problem => problem.Text)];

    /// <summary>Adds a problem with a path.</summary>
    public void Add(ReadOnlySpan<byte> path, string finding) => Add(path, OmissionKind.Other, 0, finding);

    /// <summary>Adds a problem with a path.</summary>
    /// <param name="path">The path; for a backup the recorded one.</param>
    /// <param name="kind">What a snapshot lacks by it.</param>
    /// <param name="errno">The error number, or 0 if no call failed.</param>
    /// <param name="finding">What is wrong with it; the C library's words for the error number are added.</param>
    public void Add(ReadOnlySpan<byte> path, OmissionKind kind, int errno, string finding)
    {
        string words = errno == 0 ? "" : $": {Interop.Libc.Text(errno)}";
        string line = $"{Show(path)}: {finding}{words}";
        lock (_lock)
        {
            _count++;
            if (_listed.Count < MaxLines)
            {
                _listed.Add(new SnapshotProblem(RecordedPath.Fit(path).ToArray(), kind, errno, line));
            }

            _onProblem?.Invoke(line);
        }
    }

    /// <summary>Adds a failed call.</summary>
    internal void Add(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, string action, int errno) =>
        Add(RawPath.Join(directory, name), $"{action}: {Interop.Libc.Text(errno)}");

    private static string Show(ReadOnlySpan<byte> path) => path.Length <= MaxShown
        ? RawPath.ToText(path)
        : $"{RawPath.ToText(path[..(MaxShown / 2)])}…{RawPath.ToText(path[^(MaxShown / 2)..])}";
}
