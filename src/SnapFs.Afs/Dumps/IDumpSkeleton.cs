namespace SnapFs.Afs.Dumps;

/// <summary>
/// Takes the skeleton of a dump while it is read: every byte in order, but for the contents longer than
/// <see cref="Splice.Threshold"/>. <see cref="DumpWeaver"/> puts the two together again.
/// </summary>
public interface IDumpSkeleton
{
    /// <summary>The next bytes; valid only during the call.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Here a content was left out.</summary>
    /// <param name="contentLength">Its bytes.</param>
    void LeaveOut(long contentLength);
}
