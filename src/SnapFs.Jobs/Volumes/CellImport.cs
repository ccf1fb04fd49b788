using SnapFs.Afs.Chains;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>
/// Dumps a volume of the cell and takes that in: an increment where the cell says that the volume is the one of the state
/// before, otherwise a full dump. No dump of a clone shows that something else was put into its volume and then edited.
/// </summary>
/// <param name="server">Dumps.</param>
/// <param name="request">What to do.</param>
/// <param name="import">Takes a dump in.</param>
internal sealed class CellImport(VolumeServer server, VolumeImportRequest request, CellImport.Import import)
{
    /// <summary>Takes a dump in.</summary>
    public delegate Task<VolumeImportOutcome> Import(
        DumpSource dump, VolumeLife? life, SnapshotRun run, CancellationToken cancellationToken);

    /// <summary>Dumps one volume.</summary>
    /// <param name="name">Its name or number, or that of a clone.</param>
    /// <param name="run">Commits it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<VolumeImportOutcome> RunAsync(
        string name, SnapshotRun run, CancellationToken cancellationToken)
    {
        ExaminedVolume volume = await server.ExamineAsync(VolumeServer.RequireName(name), cancellationToken).ConfigureAwait(false);
        ExaminedVolume parent = await server.ExamineParentAsync(volume, cancellationToken).ConfigureAwait(false);
        VolumeLife? life = LifeOf(volume, parent);
        VolumeChains chains = new(run.Reader.Snapshots, request.Cell, parent.Id, parent.Name);
        SnapshotHead? last = chains.Last is { Dump.Life: { } before } state && before == life ? state : null;
        if (last is not null && !volume.IsReadWrite && last.Dump?.Type != 0 && last.Dump?.To == volume.CreationDate)
        {
            return new VolumeImportOutcome(
                SafeText.Of(name), VolumeChains.FactsOf(last), ChainFit.AlreadyThere, last, TimeSpan.Zero);
        }

        if (last is not null)
        {
            try
            {
                return await DumpAsync(volume, life, VolumeChains.FactsOf(last).HeldUntil, run, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (DumpRefusedException e) when (e.NeededFrom == 0)
            {
                // A full dump is what the message would ask for.
            }
        }

        return await DumpAsync(volume, life, from: 0, run, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The dates hold for a clone only if it was made after what is in the volume was put there.</summary>
    private static VolumeLife? LifeOf(ExaminedVolume volume, ExaminedVolume parent) =>
        volume.IsReadWrite || volume.CreationDate > parent.CopyDate ? parent.Life : null;

    private async Task<VolumeImportOutcome> DumpAsync(
        ExaminedVolume volume, VolumeLife? life, uint from, SnapshotRun run, CancellationToken cancellationToken)
    {
        using DumpSource dump = new CheckedDump(server, volume, life, server.Dump(volume, from));
        return await import(dump, life, run, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A dump that counts only if the volume is the same after it.</summary>
    private sealed class CheckedDump(VolumeServer server, ExaminedVolume volume, VolumeLife? life, DumpSource dump) : DumpSource
    {
        public override string Name => dump.Name;

        public override Stream Stream => dump.Stream;

        public override async Task<DumpComplaint?> ComplaintAsync(CancellationToken cancellationToken)
        {
            if (await dump.ComplaintAsync(cancellationToken).ConfigureAwait(false) is { } complaint)
            {
                return complaint;
            }

            ExaminedVolume after = await server.ExamineAsync(volume.Name, cancellationToken).ConfigureAwait(false);
            ExaminedVolume parent = await server.ExamineParentAsync(after, cancellationToken).ConfigureAwait(false);
            return LifeOf(after, parent) == life && (volume.IsReadWrite || after.CreationDate == volume.CreationDate)
                ? null
                : new DumpComplaint(
                    "the volume was restored or cloned anew while it was dumped; nothing of this dump counts, run it again",
                    IsFatal: true);
        }

        public override Task DrainAsync(CancellationToken cancellationToken) => dump.DrainAsync(cancellationToken);

        public override void Stop() => dump.Stop();

        public override void Dispose() => dump.Dispose();
    }
}
