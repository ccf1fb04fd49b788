using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Opens the volumes of the repository that the settings name.</summary>
internal static class VolumeConnection
{
    /// <summary>Opens them.</summary>
    /// <param name="context">The command.</param>
    /// <param name="cell">The cell to look in; null for any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">There is no repository, or it does not open.</exception>
    public static async Task<VolumeSession> OpenVolumesAsync(
        this CommandContext context, string? cell, CancellationToken cancellationToken) => await VolumeSession.OpenAsync(
            await context.ConnectAsync(cancellationToken).ConfigureAwait(false), cell, cancellationToken).ConfigureAwait(false);

    /// <summary>Reports what cannot be read, as the state that is sought may be among it.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The volumes.</param>
    /// <returns>What the command ends with, if not with success.</returns>
    public static ExitCode ReportDoubts(this CommandContext context, VolumeSession session)
    {
        Problems.Report(context.Output, session.Problems);
        return Problems.CodeOf(session.Doubts);
    }
}
