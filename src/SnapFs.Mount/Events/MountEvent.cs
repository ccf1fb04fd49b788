namespace SnapFs.Mount.Events;

/// <summary>Something the people who run a mount should read in its log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">One line: what, where and what to do.</param>
/// <param name="Error">The cause, for a trace with <c>--debug</c>.</param>
public sealed record MountEvent(MountEventKind Kind, string Message, Exception? Error = null);

/// <summary>Kinds of <see cref="MountEvent"/>.</summary>
public enum MountEventKind
{
    /// <summary>Stored data is damaged or missing: a reader got an input/output error.</summary>
    Damage,

    /// <summary>The storage could not be reached; what was known stays.</summary>
    StorageUnavailable,

    /// <summary>The list of snapshots changed.</summary>
    SnapshotsChanged,

    /// <summary>A fault of the program; the request got an input/output error.</summary>
    Bug,

    /// <summary>Something optional is missing, for example the right to set the read-ahead.</summary>
    Notice,
}
