using SnapFs.Jobs.Vos;

namespace SnapFs.Jobs.Volumes;

/// <summary>What to restore where.</summary>
/// <param name="Date">The day.</param>
/// <param name="Volume">The volume.</param>
/// <param name="NewName">The name of the volume that is made.</param>
/// <exception cref="SnapFsException">No volume may be given that name.</exception>
public sealed record VolumeRestoreRequest(VolumeDate Date, string Volume, string NewName)
{
    /// <summary>The name of the volume that is made.</summary>
    public string NewName { get; } = VolumeServer.RequireNewName(NewName);

    /// <summary>The file server; null for that of the volume.</summary>
    public string? Server { get; init; }

    /// <summary>Its partition; null for that of the volume.</summary>
    public string? Partition { get; init; }

    /// <summary>Where <see cref="Fs"/> makes a mount point; null for none.</summary>
    public string? MountPath { get; init; }

    /// <summary>The program <c>fs</c>; null if no mount point is wanted.</summary>
    public string? Fs { get; init; }
}
