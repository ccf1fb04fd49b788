namespace SnapFs.Testing.Afs;

/// <summary>One volume on one day.</summary>
/// <param name="Volume">The volume; it goes on to change.</param>
/// <param name="Dump">The day's dump: full on the first day, then incremental to the day before.</param>
/// <param name="Manifest">The live volume as it was when it was dumped.</param>
public sealed record VolumeState(LiveVolume Volume, VolumeDump Dump, VolumeManifest Manifest);
