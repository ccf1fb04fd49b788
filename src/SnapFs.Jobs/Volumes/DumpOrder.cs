using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;

namespace SnapFs.Jobs.Volumes;

/// <summary>Puts dumps into the order of their chains.</summary>
/// <param name="request">Names them.</param>
/// <param name="fail">Told of each whose headers cannot be read.</param>
internal sealed class DumpOrder(VolumeImportRequest request, Action<string, SnapFsException> fail)
{
    /// <summary>Reads the headers of several dumps: fulls come before what was applied on them.</summary>
    /// <returns>The files, without those whose headers cannot be read. Pipes can be read only once: if one is among the files, all
    /// stay as they were given.</returns>
    public async Task<IReadOnlyList<string>> SortAsync(CancellationToken cancellationToken)
    {
        if (request.Files.Count == 1 || !request.Files.All(DumpFile.IsRegular))
        {
            return request.Files;
        }

        List<(string File, DumpFacts Facts)> dumps = [];
        foreach (string file in request.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                dumps.Add((file, await ReadHeadersAsync(file, cancellationToken).ConfigureAwait(false)));
            }
            catch (SnapFsException e) when (FailureScope.IsOfOne(e))
            {
                fail(DumpFile.NameOf(file), e);
            }
        }

        return [.. dumps
            .OrderBy(dump => dump.Facts.VolumeId)
            .ThenBy(dump => dump.Facts, Comparer<DumpFacts>.Create(VolumeChains.CompareAge))
            .Select(dump => dump.File)];
    }

    private async Task<DumpFacts> ReadHeadersAsync(string file, CancellationToken cancellationToken)
    {
        using DumpFile dump = await DumpFile.OpenAsync(file, request.Filter, request.OpenInput, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            DumpReader reader = new(dump.Stream);
            return DumpFacts.Of(reader.Header, reader.Volume, request.TakenAt);
        }
        catch (DumpException e)
        {
            throw ImportRules.Refusal(e, await dump.ComplaintAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (IOException e)
        {
            throw new JobException(ErrorKind.Source, $"cannot be read: {SystemText.Of(e)}");
        }
    }
}
