using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>What a check found. Safe for concurrent additions while the check runs.</summary>
public sealed class CheckReport
{
    /// <summary>Affected files that are named; more are only counted.</summary>
    public const int MaxAffected = 1000;

    private readonly Lock _gate = new();
    private readonly List<CheckFinding> _errors = [];
    private readonly List<CheckFinding> _notes = [];
    private readonly List<AffectedFile> _affected = [];

    /// <summary>Damage, and what cannot be read.</summary>
    public IReadOnlyList<CheckFinding> Errors => _errors;

    /// <summary>Leftovers of interrupted runs and the like: nothing is lost.</summary>
    public IReadOnlyList<CheckFinding> Notes => _notes;

    /// <summary>Files that cannot be read whole, at most <see cref="MaxAffected"/>.</summary>
    public IReadOnlyList<AffectedFile> Affected => _affected;

    /// <summary>Files that cannot be read whole.</summary>
    public long AffectedCount { get; private set; }

    /// <summary>Snapshots whose trees were walked.</summary>
    public long Snapshots { get; internal set; }

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
        _errors.Any(error => !error.IsUnreadable) || (AffectedCount > 0 && _errors.Count == 0) ? ErrorKind.Damaged
        : _errors.Count > 0 ? ErrorKind.StorageUnavailable
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

    internal void Affect(AffectedFile file)
    {
        AffectedCount++;
        if (_affected.Count < MaxAffected)
        {
            _affected.Add(file);
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
