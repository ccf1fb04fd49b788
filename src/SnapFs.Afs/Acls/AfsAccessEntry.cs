namespace SnapFs.Afs.Acls;

/// <summary>A line of an access list.</summary>
/// <param name="Id">Whom it is about: a user, or a group if negative, by protection server id.</param>
/// <param name="Rights">What is granted or denied.</param>
public readonly record struct AfsAccessEntry(int Id, AfsRights Rights);
