namespace SnapFs.Snapshots;

/// <summary>What went wrong with one path while a snapshot was taken.</summary>
/// <param name="Path">The recorded path, absolute and raw; empty if the problem has none or none is known.</param>
/// <param name="Kind">What the snapshot lacks by it.</param>
/// <param name="Errno">The Linux error number, or 0 if no call failed.</param>
/// <param name="Text">One line for people, the path in it.</param>
public readonly record struct SnapshotProblem(
    ReadOnlyMemory<byte> Path, OmissionKind Kind, int Errno, string Text)
{
    /// <summary>A problem of which only the text is known.</summary>
    public static SnapshotProblem OfText(string text) => new(default, OmissionKind.Other, 0, text);
}
