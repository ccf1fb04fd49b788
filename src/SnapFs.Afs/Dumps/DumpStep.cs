namespace SnapFs.Afs.Dumps;

/// <summary>What <see cref="DumpReader.Read"/> came to.</summary>
public enum DumpStep
{
    /// <summary>A content begins; <see cref="DumpReader.Record"/> has the fields that came before it.</summary>
    Content,

    /// <summary>A record is complete.</summary>
    Record,

    /// <summary>The dump is over, and so is the stream.</summary>
    End,
}
