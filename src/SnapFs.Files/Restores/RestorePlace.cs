using SnapFs.Files.Scanning;

namespace SnapFs.Files.Restores;

/// <summary>An open directory of the target.</summary>
/// <param name="Handle">The directory; null if it does not exist (a dry run).</param>
/// <param name="Descriptor">Its descriptor while it is acquired; -1 if it does not exist.</param>
/// <param name="Path">The recorded path, for messages and patterns.</param>
/// <param name="IsNew">Whether this run made it, so that it holds nothing else.</param>
/// <param name="IsTrusted">Whether nobody but root and this user can change what names lead to in it.</param>
internal readonly record struct RestorePlace(
    DirectoryHandle? Handle, int Descriptor, RestorePath Path, bool IsNew, bool IsTrusted);
