namespace SnapFs.Afs.Dumps;

/// <summary>A stream is not a volume dump, or not a whole and sound one. The message is one line.</summary>
public sealed class DumpException : SnapFsException
{
    internal DumpException(
        DumpFault fault, long offset, string expected, string found, string message, in WholeRecords whole)
        : base(message)
    {
        Fault = fault;
        Offset = offset;
        Expected = expected;
        Found = found;
        Whole = whole;
    }

    /// <summary>In which way it fails.</summary>
    public DumpFault Fault { get; }

    /// <summary>Byte of the stream at which reading failed, from 0.</summary>
    public long Offset { get; }

    /// <summary>What should have been there.</summary>
    public string Expected { get; }

    /// <summary>What was there.</summary>
    public string Found { get; }

    /// <summary>How much before that is good.</summary>
    public WholeRecords Whole { get; }

    /// <summary>Whether something before that can be taken in.</summary>
    public bool CanSalvage => Fault != DumpFault.NotADump && Whole.Vnodes > 0;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Source;

    internal static DumpException NotADump(string guess, string found) => new(
        DumpFault.NotADump, 0, "the beginning of a volume dump, 01b3a11322", found,
        $"this is not a volume dump but {guess}: it begins with {found} instead of 01b3a11322", default);

    internal static DumpException Empty() => new(
        DumpFault.NotADump, 0, "the beginning of a volume dump, 01b3a11322", "nothing",
        "this is not a volume dump but empty; if it comes through a pipe, the command before it says why", default);

    internal static DumpException Truncated(long offset, string expected, in WholeRecords whole) => new(
        DumpFault.Truncated, offset, expected, "the end of the stream",
        $"the dump is cut off at byte {offset}, where {expected} should be; {whole.Text}", whole);

    internal static DumpException Trailing(long offset, in WholeRecords whole) => new(
        DumpFault.TrailingBytes, offset, "the end of the stream", "more bytes",
        $"the dump ends at byte {offset}, but more bytes follow its end mark; {whole.Text}", whole);

    internal static DumpException Damaged(long offset, string expected, string found, in WholeRecords whole) => new(
        DumpFault.Damaged, offset, expected, found,
        $"the dump is damaged at byte {offset}: expected {expected}, found {found}; {whole.Text}", whole);
}
