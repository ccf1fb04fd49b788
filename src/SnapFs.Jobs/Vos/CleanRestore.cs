using SnapFs.Afs.Reading;

namespace SnapFs.Jobs.Vos;

/// <summary>Restores a dump as a new volume, and leaves nothing behind if that fails.</summary>
/// <param name="server">Restores.</param>
/// <param name="observer">Told of what could not be cleaned up.</param>
internal sealed class CleanRestore(VolumeServer server, IJobObserver observer)
{
    /// <summary>A server may take some time to see that a killed <c>vos</c> is gone.</summary>
    private const int ZapAttempts = 6;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);

    /// <summary>Restores.</summary>
    /// <param name="site">Where the volume is made.</param>
    /// <param name="name">Its name, which no volume has.</param>
    /// <param name="dump">A full dump.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">It failed.</exception>
    public async Task RunAsync(VolumeSite site, string name, DumpContent dump, CancellationToken cancellationToken)
    {
        VosResult result;
        try
        {
            result = await server.RestoreAsync(site, name, dump, cancellationToken).ConfigureAwait(false);
        }
        catch (DumpFeedException e)
        {
            await CleanUpAsync(site, name, e.Result).ConfigureAwait(false);
            throw;
        }

        if (!result.IsSuccess || cancellationToken.IsCancellationRequested)
        {
            await CleanUpAsync(site, name, result).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            result.Expect();
        }
    }

    private async Task CleanUpAsync(VolumeSite site, string name, VosResult result)
    {
        string? number = await server.NumberOfAsync(result, site, name).ConfigureAwait(false);
        if (number is null)
        {
            return;
        }

        if (await server.IsRegisteredAsync(number).ConfigureAwait(false))
        {
            observer.Warning($"the volume {name} ({number}) is in the database although vos failed; look at it with "
                + $"'vos examine {name}', or remove it with 'snapfs volume discard {name}'");
            return;
        }

        await server.EndTransactionAsync(site, number).ConfigureAwait(false);
        for (int attempt = 1; attempt <= ZapAttempts; attempt++)
        {
            if (await server.ZapAsync(site, number).ConfigureAwait(false))
            {
                return;
            }

            if (attempt < ZapAttempts)
            {
                await Task.Delay(BetweenAttempts).ConfigureAwait(false);
            }
        }

        observer.Warning($"a half-made volume is left on {SafeText.Of(site.Server)}, which still holds it busy; in some minutes, remove "
            + $"it with 'vos zap {SafeText.Of(site.Server)} {SafeText.Of(site.Partition)} {number}'");
    }
}
