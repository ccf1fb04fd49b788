namespace SnapFs.Mount.Layouts;

/// <summary>What of a snapshot a place of the layout shows.</summary>
internal enum SnapshotPart
{
    /// <summary>All that was backed up, from <c>/</c> on.</summary>
    Root,

    /// <summary>The volume as it was: <c>files</c>.</summary>
    Files,

    /// <summary>What an increment brought: <c>changed</c>.</summary>
    Changed,

    /// <summary>The list of what an increment took away: <c>deleted</c>.</summary>
    Deleted,

    /// <summary>One full dump of the volume as it was, made while it is read.</summary>
    FullDump,

    /// <summary>The dump that was taken in.</summary>
    OriginalDump,
}
