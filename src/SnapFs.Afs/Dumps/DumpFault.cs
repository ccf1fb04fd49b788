namespace SnapFs.Afs.Dumps;

/// <summary>In which way a stream is not a good dump.</summary>
public enum DumpFault
{
    /// <summary>It is something else from its first bytes on.</summary>
    NotADump,

    /// <summary>It ends early; what comes before is good.</summary>
    Truncated,

    /// <summary>Bytes in it cannot be; what comes before is good.</summary>
    Damaged,

    /// <summary>It is whole, but bytes follow its end.</summary>
    TrailingBytes,
}
