using SnapFs.Storage;
using SnapFs.Text;

namespace SnapFs.Repository.Checks;

/// <summary>What a check found. Safe for concurrent additions while the check runs.</summary>
public sealed class CheckReport
{
    /// <summary>Affected files that are named; more are only counted.</summary>
    public const int MaxAffected = 100_000;

    private readonly Lock _gate = new();
    private readonly List<CheckFinding> _errors = [];
    private readonly List<CheckFinding> _notes = [];
    private readonly List<AffectedFile> _affected = [];
    private readonly List<CheckedSnapshot> _snapshots = [];

    private readonly Dictionary<(string Host, string Source, string Path, string Cause), AffectedFile> _named = [];

    /// <summary>Damage, and what cannot be read.</summary>
    public IReadOnlyList<CheckFinding> Errors => _errors;

    /// <summary>Leftovers of interrupted runs and the like: nothing is lost.</summary>
    public IReadOnlyList<CheckFinding> Notes => _notes;

    /// <summary>Files that cannot be read whole, at most <see cref="MaxAffected"/>; each once for all snapshots of its host and
    /// source that have it.</summary>
    public IReadOnlyList<AffectedFile> Affected => _affected;

    /// <summary>Times that a snapshot has an affected file which is not among <see cref="Affected"/>.</summary>
    public long UnnamedCount { get; private set; }

    /// <summary>Snapshots whose trees were walked, by host, source and time.</summary>
    public IReadOnlyList<CheckedSnapshot> Snapshots => _snapshots;

    /// <summary>Distinct tree pages that were read.</summary>
    public long TreePages { get; internal set; }

    /// <summary>Index segments that were read.</summary>
    public long Segments { get; internal set; }

    /// <summary>Packs the index lists.</summary>
    public long Packs { get; internal set; }

    /// <summary>Packs that were read whole.</summary>
    public long PacksRead { get; internal set; }

    /// <summary>Bytes of the packs that were read whole.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>The worst that was found; null if the repository is whole. What cannot be read may be whole, so damage is
    /// worse.</summary>
    public ErrorKind? Worst =>
        _errors.Exists(error => !error.IsUnreadable) ? ErrorKind.Damaged
        : _errors.Count > 0 ? ErrorKind.StorageUnavailable
        : _snapshots.Exists(snapshot => !snapshot.IsWhole) ? ErrorKind.Damaged
        : null;

    internal void Error(string subject, string what, string advice)
    {
        Add(new CheckFinding(subject, what, advice));
    }

    /// <summary>Adds what a codec or the storage says about an object.</summary>
    internal void Error(string subject, SnapFsException e, string advice)
    {
        if (e is StorageUnavailableException)
        {
            Add(new CheckFinding(subject, e.Message, Advice.Unreadable) { IsUnreadable = true });
            return;
        }

        Add(new CheckFinding(subject, FindingOf(e), advice));
    }

    /// <summary>What is wrong with an object, to be written after its name.</summary>
    internal static string FindingOf(SnapFsException e) => e is DamagedException damage ? damage.Finding : e.Message;

    internal void Note(string subject, string what, string advice = "")
    {
        lock (_gate)
        {
            _notes.Add(new CheckFinding(subject, what, advice));
        }
    }

    private void Add(CheckFinding error)
    {
        lock (_gate)
        {
            _errors.Add(error);
        }
    }

    internal void Add(CheckedSnapshot snapshot) => _snapshots.Add(snapshot);

    /// <summary>Adds an affected file of a snapshot.</summary>
    /// <param name="position">The snapshot's, in <see cref="Snapshots"/>; never before that of the last call.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isDirectory">Whether it is a directory, of which nobody knows what is in it.</param>
    /// <param name="cause">What is wrong.</param>
    internal void Affect(int position, ReadOnlySpan<byte> path, bool isDirectory, string cause)
    {
        CheckedSnapshot snapshot = _snapshots[position];
        snapshot.AffectedFiles++;
        snapshot.IsCounted &= !isDirectory;
        snapshot.IsLost |= path is [(byte)'/'];
        (string Host, string Source, string Path, string Cause) key =
            (snapshot.Head.Host, snapshot.Head.Source, RawText.FromBytes(path), cause);
        if (_named.TryGetValue(key, out AffectedFile? known))
        {
            known.AddSnapshot(position);
        }
        else if (_affected.Count < MaxAffected)
        {
            AffectedFile file = new(path.ToArray(), isDirectory, cause);
            file.AddSnapshot(position);
            _affected.Add(file);
            _named.Add(key, file);
        }
        else
        {
            UnnamedCount++;
        }
    }

    internal void CountPackRead(long length)
    {
        lock (_gate)
        {
            PacksRead++;
            BytesRead += length;
        }
    }
}
