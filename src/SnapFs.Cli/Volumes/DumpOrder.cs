using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Volumes;

/// <summary>Puts dumps into the order of their chains, and remembers which failed.</summary>
internal sealed class DumpOrder(CommandContext context, VolumeImportRequest request)
{
    /// <summary>Success, or the code of the first that failed.</summary>
    public ExitCode Result { get; private set; }

    /// <summary>Says on standard error what is wrong with a dump.</summary>
    public void Fail(string file, SnapFsException e)
    {
        string name = DumpFile.Name(file);
        context.Output.Error(e.Message.StartsWith(name, StringComparison.Ordinal) ? e.Message : $"{name}: {e.Message}");
        context.Output.Trace(context.Settings.Debug ? e : null);
        Result = Result == ExitCode.Success ? e.ExitCode : Result;
    }

    /// <summary>Reads the headers of several dumps: fulls come before what was applied on them.</summary>
    /// <returns>The files, without those whose headers cannot be read.</returns>
    public async Task<IReadOnlyList<string>> SortAsync(CancellationToken cancellationToken)
    {
        if (request.Files.Count == 1)
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
            catch (SnapFsException e) when (e.ExitCode == ExitCode.Failed)
            {
                Fail(file, e);
            }
        }

        return [.. dumps
            .OrderBy(dump => dump.Facts.VolumeId)
            .ThenBy(dump => dump.Facts, Comparer<DumpFacts>.Create(VolumeChains.CompareAge))
            .Select(dump => dump.File)];
    }

    private async Task<DumpFacts> ReadHeadersAsync(string file, CancellationToken cancellationToken)
    {
        using DumpFile dump = DumpFile.Open(file, request.Filter, context.Environment);
        try
        {
            DumpReader reader = new(dump.Stream);
            return DumpFacts.Of(reader.Header, reader.Volume, request.TakenAt);
        }
        catch (DumpException e)
        {
            throw ImportRules.Refusal(e, await dump.ComplaintOfFilterAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"cannot be read: {e.Message.TrimEnd('.')}");
        }
    }
}
