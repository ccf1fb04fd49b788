namespace SnapFs.Cli.Output;

/// <summary>How far long work is.</summary>
/// <param name="Phase">What is done, one word: <c>backup</c>.</param>
/// <param name="ItemsDone">Files or objects that are finished.</param>
/// <param name="BytesDone">Bytes that are finished.</param>
/// <param name="BytesTotal">Bytes there are, if that is known.</param>
/// <param name="Elapsed">Time since the work began.</param>
internal readonly record struct ProgressState(
    string Phase, long ItemsDone, long BytesDone, long? BytesTotal, TimeSpan Elapsed);
