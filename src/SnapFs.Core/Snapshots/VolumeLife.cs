namespace SnapFs.Snapshots;

/// <summary>The two dates of a read-write volume that change when something else takes its place, as by <c>vos restore
/// -overwrite full</c>: no dump of a clone has them, only the cell. Seconds since 1970.</summary>
/// <param name="CreationDate">When the volume was made; a restore may leave it as it was.</param>
/// <param name="CopyDate">When what is in it was put there; every restore changes it.</param>
public sealed record VolumeLife(uint CreationDate, uint CopyDate);
