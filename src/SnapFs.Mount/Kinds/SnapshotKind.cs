using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Owners;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Kinds;

/// <summary>
/// A kind of snapshots that is shown in its own way: where they lie, who may use their files, and what more is said of
/// them. All others are laid out by host, source and time, and their modes and access lists decide. Safe for concurrent use.
/// </summary>
public abstract class SnapshotKind
{
    /// <summary>Whether a snapshot is of this kind.</summary>
    public abstract bool Takes(SnapshotHead head);

    /// <summary>Whether <see cref="AddTo"/> lays out a snapshot of this kind; otherwise it lies beside the others.</summary>
    public abstract bool LaysOut(SnapshotHead head);

    /// <summary>Where other users may enter, whether only the user who mounts may see a snapshot of this kind.</summary>
    public abstract bool IsHidden(SnapshotHead head);

    /// <summary>Adds the snapshots that <see cref="LaysOut"/> names, if there are any, to the root of a layout.</summary>
    /// <param name="root">The root.</param>
    /// <param name="heads">The snapshots, in order of start time, then id.</param>
    /// <param name="isHidden">Whether only the user who mounts may see one.</param>
    /// <returns>Each with its place below the root, in the order in which a later one replaces an earlier of the same name.
    /// </returns>
    public abstract IEnumerable<(SnapshotHead Head, string Place)> AddTo(
        PlanNode root, IReadOnlyList<SnapshotHead> heads, Func<SnapshotHead, bool> isHidden);

    /// <summary>What to say of a snapshot instead of complete or partial; null for nothing else.</summary>
    public abstract string? StateOf(SnapshotHead head);

    /// <summary>Who may use the files of a part of a snapshot of this kind; null where modes and access lists decide.</summary>
    public abstract SnapshotAccess? AccessTo(SnapshotHead head, SnapshotPart part);

    /// <summary>Whether an extended attribute may be one that this kind makes up. Whoever asks by name gets it; it is not
    /// listed.</summary>
    public abstract bool CoversXattr(ReadOnlySpan<byte> name);

    /// <summary>The value of an extended attribute that <see cref="CoversXattr"/> names; null if the node has none.</summary>
    /// <exception cref="InvalidEncodingException">What the node says is malformed.</exception>
    public abstract byte[]? XattrOf(ReadOnlySpan<byte> name, SnapshotHead head, in NodeView node);
}

/// <summary>What a <see cref="SnapshotKind"/> may use of the file system it belongs to.</summary>
/// <param name="Frames">Where chunks come from.</param>
/// <param name="Pages">Where tree pages come from.</param>
/// <param name="Owners">Owners as this system numbers them.</param>
/// <param name="Report">Gets what belongs in a log.</param>
/// <param name="BeforeWaiting">Called before something that may take long, and gives what ends it; what it throws is passed on.
/// </param>
/// <param name="Clock">Tells the time.</param>
public sealed record MountServices(
    FrameCache Frames,
    ITreePages Pages,
    IOwnerMap Owners,
    Action<MountEvent> Report,
    Func<CancellationToken>? BeforeWaiting,
    TimeProvider Clock);
