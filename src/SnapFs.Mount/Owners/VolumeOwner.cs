namespace SnapFs.Mount.Owners;

/// <summary>Who owns a node of a volume here.</summary>
/// <param name="Id">The number.</param>
/// <param name="IsByName">Whether the name proved it.</param>
internal readonly record struct VolumeOwner(uint Id, bool IsByName);
