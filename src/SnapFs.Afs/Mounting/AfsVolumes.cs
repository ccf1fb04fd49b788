using SnapFs.Mount.Kinds;
using SnapFs.Mount.Layouts;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>States of AFS volumes in a mount: laid out by volume and day (<see cref="VolumePlan"/>), with dumps made on the fly
/// and the attributes <c>afs.…</c>.</summary>
/// <remarks>Modes say nothing of who could read a file of a volume, so other users see none unless the access lists of AFS are
/// enforced.</remarks>
public sealed class AfsVolumes : SnapshotKind
{
    private readonly VolumeAccessTable? _access;

    /// <param name="services">What the file system lends.</param>
    /// <param name="enforcesAccessLists">Whether other users see volumes, in which access lists then decide; otherwise nobody
    /// but the user who mounts sees any.</param>
    public AfsVolumes(MountServices services, bool enforcesAccessLists)
    {
        if (enforcesAccessLists)
        {
            SavedNames names = new(services.Frames, services.Pages, services.Report, services.BeforeWaiting);
            _access = new VolumeAccessTable(names, services.Owners, services.BeforeWaiting, services.Clock);
        }
    }

    /// <inheritdoc/>
    public override bool Takes(SnapshotHead head) => head.Volume is not null;

    /// <inheritdoc/>
    public override bool LaysOut(SnapshotHead head) => head is { Volume: not null, Dump: not null };

    /// <inheritdoc/>
    public override bool IsHidden(SnapshotHead head) => _access is null || !LaysOut(head);

    /// <inheritdoc/>
    public override IEnumerable<(SnapshotHead Head, string Place)> AddTo(
        PlanNode root, IReadOnlyList<SnapshotHead> heads, Func<SnapshotHead, bool> isHidden)
    {
        // Of merged states some are new heads of the same snapshots.
        Dictionary<ObjectId, SnapshotHead> known = heads.ToDictionary(head => head.Id);
        return VolumePlan.Add(root, VolumeCopies.Merge(heads), isHidden).Select(place => (known[place.Key.Id], place.Value));
    }

    /// <inheritdoc/>
    public override string? StateOf(SnapshotHead head) => head.Dump?.Salvage is null ? null : "salvaged";

    /// <inheritdoc/>
    public override SnapshotAccess? AccessTo(SnapshotHead head, SnapshotPart part) =>
        part.IsWhole || _access is null ? null : new AccessOfVolume(_access, head);

    /// <inheritdoc/>
    public override bool CoversXattr(ReadOnlySpan<byte> name) => VolumeXattrs.Covers(name);

    /// <inheritdoc/>
    public override byte[]? XattrOf(ReadOnlySpan<byte> name, SnapshotHead head, in NodeView node) =>
        head.Volume is { } volume ? VolumeXattrs.ValueOf(name, volume, head.Dump, in node) : null;

    private sealed class AccessOfVolume(VolumeAccessTable table, SnapshotHead head) : SnapshotAccess
    {
        private readonly VolumeNames _names = new(head);

        public override NodeAccess Closed => VolumeAccess.Closed;

        public override NodeAccess AccessTo(in NodeView directory) => table.Of(_names, in directory);
    }
}
