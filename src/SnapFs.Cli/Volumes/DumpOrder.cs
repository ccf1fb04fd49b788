using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Cli.Hosting;
using SnapFs.Trees;

namespace SnapFs.Cli.Volumes;

/// <summary>Puts dumps into the order of their chains, and remembers which failed.</summary>
internal sealed class DumpOrder(CommandContext context, VolumeImportRequest request)
{
    /// <summary>Success, or the code of the first that failed.</summary>
    public ExitCode Result { get; private set; }

    /// <summary>Whether a failure costs one dump, so that the others can be worked on all the same.</summary>
    public static bool IsOfOneDump(SnapFsException e) => e.Kind is not (
        ErrorKind.Usage or ErrorKind.NoRepository or ErrorKind.WrongKey or ErrorKind.StorageUnavailable or ErrorKind.StorageFull);

    /// <summary>Says on standard error what is wrong with a dump.</summary>
    /// <param name="name">Its name for messages.</param>
    /// <param name="e">What is wrong.</param>
    public void Fail(string name, SnapFsException e)
    {
        if (e is DumpRefusedException refused && context.Output.IsJson)
        {
            context.Output.Json("volumeRefused", json =>
            {
                json.WriteString("file", name);
                json.WriteString("name", refused.Facts.Name);
                json.WriteNumber("volumeId", refused.Facts.VolumeId);
                json.WriteString("date", Units.ExactTime(new Timestamp(refused.Facts.HeldUntil, 0)));
                json.WriteString("reason", refused.Reason);
                json.WriteString("message", refused.Message);
                if (refused.NeededFrom is { } from)
                {
                    json.WriteNumber("neededFrom", from);
                }
            });
        }

        string message = e.Message.StartsWith(name, StringComparison.Ordinal) ? e.Message : $"{name}: {e.Message}";
        context.Output.Error(Problem.Of(e) with { Text = message });
        context.Output.Trace(context.Settings.Debug ? e : null);
        Result = Result == ExitCode.Success ? ExitCodes.Of(e.Kind) : Result;
    }

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
            catch (SnapFsException e) when (IsOfOneDump(e))
            {
                Fail(DumpFile.NameOf(file), e);
            }
        }

        return [.. dumps
            .OrderBy(dump => dump.Facts.VolumeId)
            .ThenBy(dump => dump.Facts, Comparer<DumpFacts>.Create(VolumeChains.CompareAge))
            .Select(dump => dump.File)];
    }

    private async Task<DumpFacts> ReadHeadersAsync(string file, CancellationToken cancellationToken)
    {
        using DumpFile dump = await DumpFile.OpenAsync(file, request.Filter, context.Environment, cancellationToken)
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
            throw new JobException(ErrorKind.Source, $"cannot be read: {e.Message.TrimEnd('.')}");
        }
    }
}
