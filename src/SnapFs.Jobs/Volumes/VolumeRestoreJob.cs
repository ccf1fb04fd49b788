using SnapFs.Afs.Reading;
using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Restores a state of a volume under a new name.</summary>
/// <param name="server">Makes the volume.</param>
/// <param name="request">What to do.</param>
/// <param name="observer">Told what happens.</param>
public sealed class VolumeRestoreJob(VolumeServer server, VolumeRestoreRequest request, IJobObserver observer)
{
    /// <summary>Checks what the cell alone can tell: no repository is needed for it, nor a secret.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">The volume cannot be made.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        string name = request.NewName;
        if (await server.ExistsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            throw new JobException(ErrorKind.Exists, $"there is a volume {name} already; restore under another name");
        }
    }

    /// <summary>Restores, and makes the mount point.</summary>
    /// <param name="session">Has the states.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">It failed; nothing is left of the new volume.</exception>
    public async Task<VolumeRestoreOutcome> RunAsync(VolumeSession session, CancellationToken cancellationToken)
    {
        string name = request.NewName;
        SnapshotHead state = session.States.At(request.Date, request.Volume);
        StateWarnings.IfOlder(observer, request.Date, state);
        StateWarnings.IfSalvaged(observer, session.States, state);
        VolumeSite site = await SiteOfAsync(state, cancellationToken).ConfigureAwait(false);
        FullDump dump = session.OpenFull(state, cancellationToken);
        await new CleanRestore(server, observer).RunAsync(site, name, dump, cancellationToken).ConfigureAwait(false);
        if (request is { Fs: { } fs, MountPath: { } path })
        {
            await AfsMount.MakeAsync(fs, path, name, cancellationToken).ConfigureAwait(false);
        }

        return new VolumeRestoreOutcome(state, site, name, dump.Length);
    }

    private async Task<VolumeSite> SiteOfAsync(SnapshotHead state, CancellationToken cancellationToken)
    {
        if (request is { Server: { } given, Partition: { } partition })
        {
            return new VolumeSite(
                VolumeServer.RequirePlace(given, "--server"), VolumeServer.RequirePlace(partition, "--partition"));
        }

        string volume = VolumeServer.RequireName(state.Volume?.Name ?? request.Volume);
        VolumeSite site = await server.FindAsync(volume, cancellationToken).ConfigureAwait(false)
            ?? throw new UsageException(
                $"the volume {volume} is no longer in the cell: say with --server and --partition where to restore it");
        return new VolumeSite(
            request.Server is null ? site.Server : VolumeServer.RequirePlace(request.Server, "--server"),
            request.Partition is null ? site.Partition : VolumeServer.RequirePlace(request.Partition, "--partition"));
    }
}
