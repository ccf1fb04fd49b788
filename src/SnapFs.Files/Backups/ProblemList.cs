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
    private readonly Action<Problem>? _onProblem;
    private long _count;

    /// <param name="onProblem">Told of each problem as it is found, by any thread but one at a time.</param>
    public ProblemList(Action<Problem>? onProblem = null) => _onProblem = onProblem;

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

    /// <summary>Adds a problem with a path, and no word on what a snapshot lacks by it.</summary>
    /// <param name="path">The path; for a backup the recorded one.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="errno">The error number, or 0 if no call failed.</param>
    /// <param name="finding">What is wrong with it; the C library's words for the error number are added.</param>
    public void Add(ReadOnlySpan<byte> path, ErrorKind kind, int errno, string finding) =>
        Add(path, kind, OmissionKind.Other, errno, finding);

    /// <summary>Adds a problem with a path.</summary>
    /// <param name="path">The path; for a backup the recorded one.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="omission">What a snapshot lacks by it.</param>
    /// <param name="errno">The error number, or 0 if no call failed.</param>
    /// <param name="finding">What is wrong with it; the C library's words for the error number are added.</param>
    public void Add(ReadOnlySpan<byte> path, ErrorKind kind, OmissionKind omission, int errno, string finding)
    {
        string words = errno == 0 ? "" : $": {Interop.Libc.Text(errno)}";
        string line = $"{Show(path)}: {finding}{words}";
        lock (_lock)
        {
            _count++;
            if (_listed.Count < MaxLines)
            {
                _listed.Add(new SnapshotProblem(RecordedPath.Fit(path).ToArray(), omission, errno, line));
            }

            _onProblem?.Invoke(new Problem(kind, line) { Path = path.ToArray(), Errno = errno });
        }
    }

    private static string Show(ReadOnlySpan<byte> path) => path.Length <= MaxShown
        ? RawPath.ToText(path)
        : $"{RawPath.ToText(path[..(MaxShown / 2)])}…{RawPath.ToText(path[^(MaxShown / 2)..])}";
}
