namespace SnapFs.Testing.Afs;

/// <summary>A dump as <c>vos dump</c> wrote it.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Volume">The name of the volume that was dumped, with <c>.backup</c> if that was.</param>
/// <param name="Since">The <c>-time</c>, seconds since 1970; 0 for a full dump.</param>
/// <param name="Next">The <c>-time</c> from which on an increment to this dump has no gap, seconds since 1970.</param>
public sealed record VolumeDump(string File, string Volume, long Since, long Next);
