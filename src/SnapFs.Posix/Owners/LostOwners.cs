namespace SnapFs.Posix.Owners;

/// <summary>Which of a file's archived owners cannot be its owners here: their names are unknown, and somebody else has their numbers.
/// </summary>
[Flags]
internal enum LostOwners
{
    None = 0,
    User = 1,
    Group = 2,
}
