using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Cli.Backups;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Volumes;

/// <summary>Decides whether a dump may be taken in.</summary>
internal static class ImportRules
{
    /// <summary>Why a dump is refused that could not be read to its end.</summary>
    /// <param name="e">What is wrong with the dump.</param>
    /// <param name="complaint">What is wrong with the filter that it came through; null if nothing is.</param>
    public static SnapFsException Refusal(DumpException e, string? complaint)
    {
        bool canSalvage = e is { Fault: DumpFault.Truncated, Whole.Vnodes: > 0 };
        string message = canSalvage ? $"{e.Message}; --salvage takes these in" : e.Message;
        return complaint is null
            ? new CommandFailedException(message)
            : new CommandFailedException(canSalvage ? $"{complaint}; {message}" : complaint);
    }

    /// <summary>Checks a dump by its headers.</summary>
    /// <exception cref="CommandFailedException">It may not; the message says what is missing.</exception>
    public static void Check(DumpFacts facts, ChainVerdict verdict, VolumeImportRequest request)
    {
        if (!SourceNames.IsValid(facts.Name))
        {
            throw new CommandFailedException(
                $"the volume is called '{SafeText.Of(facts.Name)}', which no directory of a mount can be called");
        }

        if (verdict.Fit == ChainFit.Unproven && !request.AcceptUnproven)
        {
            throw new CommandFailedException(
                $"{verdict.Message}; if none is missing, give --accept-unproven, and --taken-at when dumps are taken in");
        }

        if (verdict.Fit is ChainFit.FullNeeded or ChainFit.DoesNotFit)
        {
            throw new CommandFailedException(verdict.Message);
        }
    }
}
