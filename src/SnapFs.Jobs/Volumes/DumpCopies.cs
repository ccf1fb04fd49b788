using SnapFs.Afs.Chains;
using SnapFs.Afs.Reading;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Repository;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>
/// Whether a dump that was read is in the repository. Headers do not tell: of two files with the same headers one may be
/// damaged where nothing shows it, and then both are kept.
/// </summary>
internal sealed class DumpCopies
{
    /// <param name="chains">What there is now of the volume.</param>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="facts">The dump.</param>
    /// <param name="below">What it was applied on; null for a full dump.</param>
    /// <param name="dump">What became of it.</param>
    public DumpCopies(VolumeChains chains, FrameCache frames, DumpFacts facts, SnapshotHead? below, SnapshotDump dump)
    {
        TreePageCache pages = new(frames, 0);
        bool isSalvaged = dump.Salvage is not null;
        Same = isSalvaged ? chains.CopiesOf(facts, below, isSalvaged: false).LastOrDefault() : null;
        foreach (SnapshotHead copy in chains.CopiesOf(facts, below, isSalvaged).OrderBy(copy => copy.Ended))
        {
            if (IdentityOf(copy, frames, pages) == dump.Identity || (isSalvaged && copy.Dump?.Length > dump.Length))
            {
                Same ??= copy;
            }
            else if (!isSalvaged)
            {
                Other = copy;
            }
        }
    }

    /// <summary>The same dump, or of a salvaged one the whole dump or a longer beginning of it.</summary>
    public SnapshotHead? Same { get; }

    /// <summary>The newest with the same headers and other contents.</summary>
    public SnapshotHead? Other { get; }

    /// <summary>A copy that cannot be read is another one.</summary>
    private static ChunkId? IdentityOf(SnapshotHead copy, FrameCache frames, TreePageCache pages)
    {
        try
        {
            return DumpIdentity.Of(copy, frames, pages);
        }
        catch (SnapFsException e) when (e is DamagedException or WrongKeyException)
        {
            return null;
        }
    }
}
