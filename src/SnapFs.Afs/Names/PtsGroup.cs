namespace SnapFs.Afs.Names;

/// <summary>Who is in a group. Immutable.</summary>
/// <param name="Members">Ids of its members that have a name.</param>
/// <param name="IsComplete">Whether these are all. They are not if a member has no id or no certain one, or is a group itself,
/// whose members <c>pts</c> may have left out.</param>
public sealed record PtsGroup(IReadOnlySet<int> Members, bool IsComplete);
