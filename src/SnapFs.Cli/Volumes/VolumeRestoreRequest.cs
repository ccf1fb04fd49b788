using SnapFs.Cli.Vos;

namespace SnapFs.Cli.Volumes;

/// <summary>What to restore where.</summary>
/// <param name="Date">The day.</param>
/// <param name="Volume">The volume.</param>
/// <param name="NewName">The name of the volume that is made.</param>
/// <param name="Cell">The cell to look in; null for any.</param>
/// <param name="Server">The file server; null for that of the volume.</param>
/// <param name="Partition">Its partition; null for that of the volume.</param>
/// <param name="MountPath">Where to make a mount point; null for none.</param>
/// <param name="Vos">How to run <c>vos</c>.</param>
internal sealed record VolumeRestoreRequest(
    VolumeDate Date, string Volume, string NewName, string? Cell, string? Server, string? Partition, string? MountPath,
    VosOptions Vos);
