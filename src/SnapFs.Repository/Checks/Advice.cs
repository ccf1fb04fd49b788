namespace SnapFs.Repository.Checks;

/// <summary>What a user can do about a kind of damage.</summary>
internal static class Advice
{
    internal const string Pack =
        "copy it back from a replica, or move it away and run the backups again: what the sources still have is stored "
        + "anew";

    internal const string Segment =
        "copy it back from a replica, or move it away and run the backups again: what only it lists is stored anew";

    internal const string DamagedHeads =
        "copy it back from a replica, or move it away: it holds copies of snapshots, which nothing needs";

    internal const string Heads = "move it away: nothing needs it; who signed it may have been broken into";

    internal const string Snapshot = "copy it back from a replica, or move it away: the other snapshots do not need it";

    internal const string Key =
        "copy it back from a replica; a damaged passphrase slot can be moved away, once another passphrase is there";

    internal const string Grant =
        "copy keys/ back from a replica; until then use the other passphrases and keys";

    internal const string Unreadable =
        "look at its permissions and at the disk; if it stays so, copy it back from a replica or move it away";

    internal const string Lease = "remove it if no backup is running";
}
