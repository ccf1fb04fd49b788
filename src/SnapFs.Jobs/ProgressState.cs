namespace SnapFs.Jobs;

/// <summary>How far long work is.</summary>
/// <param name="Phase">What is done: <c>backup</c>.</param>
/// <param name="ItemsDone">Files or objects that are finished.</param>
/// <param name="BytesDone">Bytes that are finished; 0 if bytes are not counted.</param>
/// <param name="BytesTotal">Bytes there are, if that is known.</param>
/// <param name="Elapsed">Time since the work began.</param>
public readonly record struct ProgressState(
    string Phase, long ItemsDone, long BytesDone, long? BytesTotal, TimeSpan Elapsed)
{
    /// <summary>Items there are, if that is known.</summary>
    public long? ItemsTotal { get; init; }

    /// <summary>What items are.</summary>
    public string Items { get; init; } = "files";

    /// <summary>Whether <see cref="BytesTotal"/> is only what was counted so far.</summary>
    public bool IsCounting { get; init; }

    /// <summary>The part that is done, 0 to 1, by bytes if they are counted; null if no total is known.</summary>
    public double? Part => IsCounting ? null
        : BytesTotal is > 0 ? (double)BytesDone / BytesTotal.Value
        : ItemsTotal is > 0 ? (double)ItemsDone / ItemsTotal.Value
        : null;
}
