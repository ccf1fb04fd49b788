using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>A volume dump that the layout shows as a file. Immutable.</summary>
/// <param name="head">The state of the volume.</param>
/// <param name="part">Which of its dumps.</param>
internal sealed class DumpFile(SnapshotHead head, SnapshotPart part)
{
    internal SnapshotHead Head { get; } = head;

    internal SnapshotPart Part { get; } = part;

    /// <summary>Bytes, exactly: the head has them, so that nothing is made up for a listing.</summary>
    internal long Length { get; } =
        (part == SnapshotPart.OriginalDump ? head.Dump?.Length : head.Dump?.FullLength) ?? 0;
}
