namespace SnapFs.Volumes.Dumps;

/// <summary>A stream is not a volume dump, or not a whole and sound one. The message is one line.</summary>
public sealed class DumpException : SnapFsException
{
    internal DumpException(
        DumpFault fault, long offset, string expected, string found, string message, long wholeLength, string? lastVnode)
        : base(message)
    {
        Fault = fault;
        Offset = offset;
        Expected = expected;
        Found = found;
        WholeLength = wholeLength;
        LastVnode = lastVnode;
    }

    /// <summary>In which way it fails.</summary>
    public DumpFault Fault { get; }

    /// <summary>Byte of the stream at which reading failed, from 0.</summary>
    public long Offset { get; }

    /// <summary>What should have been there.</summary>
    public string Expected { get; }

    /// <summary>What was there.</summary>
    public string Found { get; }

    /// <summary>Bytes up to the end of the last whole record: so far the stream is good.</summary>
    public long WholeLength { get; }

    /// <summary>The last whole vnode, for example <c>6.249</c>; null if there is none.</summary>
    public string? LastVnode { get; }

    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Failed;

    internal static DumpException NotADump(string guess, string found) => new(
        DumpFault.NotADump, 0, "the beginning of a volume dump, 01b3a11322", found,
        $"this is not a volume dump but {guess}: it begins with {found} instead of 01b3a11322", 0, null);

    internal static DumpException Truncated(long offset, string expected, long wholeLength, string? lastVnode) => new(
        DumpFault.Truncated, offset, expected, "the end of the stream",
        $"the dump is cut off at byte {offset}, where {expected} should be; {Good(wholeLength, lastVnode)}",
        wholeLength, lastVnode);

    internal static DumpException Damaged(
        long offset, string expected, string found, long wholeLength, string? lastVnode) => new(
        DumpFault.Damaged, offset, expected, found,
        $"the dump is damaged at byte {offset}: expected {expected}, found {found}; {Good(wholeLength, lastVnode)}",
        wholeLength, lastVnode);

    private static string Good(long wholeLength, string? lastVnode) => lastVnode is null
        ? "no vnode is whole"
        : $"it is good up to byte {wholeLength}, the end of vnode {lastVnode}";
}
