using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Jobs.Backups;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>Decides whether a dump may be taken in.</summary>
internal static class ImportRules
{
    /// <summary>Why a dump is refused that could not be read to its end.</summary>
    /// <param name="e">What is wrong with the dump.</param>
    /// <param name="complaint">What is wrong with the command that it came from; null if nothing is.</param>
    public static SnapFsException Refusal(DumpException e, DumpComplaint? complaint)
    {
        string message = e.CanSalvage ? $"{e.Message}; --salvage takes these in" : e.Message;
        return complaint is null
            ? new JobException(ErrorKind.Source, message)
            : new JobException(ErrorKind.Source, e.CanSalvage ? $"{complaint.Message}; {message}" : complaint.Message);
    }

    /// <summary>Checks a dump by its headers.</summary>
    /// <exception cref="SnapFsException">It may not be taken in; the message says what is missing.</exception>
    public static void Check(DumpFacts facts, ChainVerdict verdict, VolumeImportRequest request)
    {
        if (!SourceNames.IsValid(facts.Name))
        {
            throw new JobException(
                ErrorKind.Limit,
                $"the volume is called '{SafeText.Of(facts.Name)}', which no directory of a mount can be called");
        }

        if (verdict.Fit == ChainFit.Unproven && !request.AcceptUnproven)
        {
            throw DumpRefusedException.Of(
                facts, verdict, "; if none is missing, give --accept-unproven, and --taken-at when dumps are taken in");
        }

        if (verdict.Fit is ChainFit.FullNeeded or ChainFit.DoesNotFit)
        {
            throw DumpRefusedException.Of(facts, verdict);
        }
    }

    /// <summary>Checks that a volume does not come to be in two cells because the cell was not named.</summary>
    /// <exception cref="JobException">A volume of this name is there from another cell only.</exception>
    public static void CheckCell(DumpFacts facts, VolumeImportRequest request, IEnumerable<SnapshotHead> snapshots)
    {
        if (request.IsCellGiven)
        {
            return;
        }

        string[] cells = [.. snapshots
            .Where(head => head.Dump is not null && head.Volume?.Name == facts.Name)
            .Select(head => head.Volume?.Cell ?? "")
            .Distinct()];
        if (cells.Length > 0 && !cells.Contains(request.Cell))
        {
            throw new JobException(
                ErrorKind.Refused,
                $"{SafeText.Of(facts.Name)} is here as a volume of the cell {string.Join(" and ", cells.Select(SafeText.Of))}, and this "
                + $"machine is in {SafeText.Of(request.Cell)}: say with --cell which it is of");
        }
    }
}
