using System.Runtime.CompilerServices;
using SnapFs.Afs.Dumps;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>
/// One full dump of the state that a snapshot holds, as <c>vos</c> would have made it that day, whatever dumps the state was
/// put together from: <c>docs/format.md</c> section 8.1. It is made while it is read.
/// </summary>
/// <remarks>16 bytes of memory a vnode and 40 a tree page; the records are encoded anew for each reader.</remarks>
public sealed partial class FullDump : DumpContent
{
    private readonly VolumeParts _parts;
    private readonly FrameCache _frames;
    private readonly ITreePages _pages;
    private readonly byte[] _headers;
    private readonly byte[] _end;
    private readonly PlannedVnode[] _vnodes;
    private readonly ChunkRef[] _leaves;
    private readonly long _endOffset;

    private FullDump(
        VolumeParts parts, FrameCache frames, ITreePages pages, byte[] headers, PlannedVnode[] vnodes, ChunkRef[] leaves,
        long endOffset)
        : base(endOffset + DumpEncoder.EndLength)
    {
        _parts = parts;
        _frames = frames;
        _pages = pages;
        _headers = headers;
        _vnodes = vnodes;
        _leaves = leaves;
        _endOffset = endOffset;
        ByteWriter end = new();
        DumpEncoder.End(end);
        _end = end.ToArray();
    }

    /// <inheritdoc/>
    public override long Footprint =>
        _headers.Length + ((long)_vnodes.Length * Unsafe.SizeOf<PlannedVnode>()) + ((long)_leaves.Length * Unsafe.SizeOf<ChunkRef>());

    /// <summary>Number of vnodes.</summary>
    public int Count => _vnodes.Length;

    /// <summary>Walks the tree once.</summary>
    /// <param name="snapshot">The snapshot of a volume.</param>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="pages">Where tree pages come from.</param>
    /// <param name="cancellationToken">Gives up the walk.</param>
    /// <exception cref="DamagedException">The tree is damaged, or is not one that a dump could have led to.</exception>
    public static FullDump Open(
        SnapshotHead snapshot, FrameCache frames, ITreePages pages, CancellationToken cancellationToken)
    {
        VolumeParts parts = new(snapshot, frames, pages);
        try
        {
            byte[] headers = HeadersOf(parts);
            FullDumpPlanner planner = new(pages, cancellationToken);
            if (parts.TryFind([VolumeParts.Names.Files], out PlacedLeaf files, out int index))
            {
                planner.AddNode(files, index);
            }

            if (parts.TryFind([VolumeParts.Names.Orphans], out PlacedLeaf orphans, out index))
            {
                planner.AddBelow(orphans, index);
            }

            PlannedVnode[] vnodes = planner.Build(headers.Length, out ChunkRef[] leaves, out long end);
            FullDump dump = new(parts, frames, pages, headers, vnodes, leaves, end);
            return dump.Length == parts.Dump.FullLength
                ? dump
                : throw new InvalidEncodingException(
                    $"its full dump should have {parts.Dump.FullLength} bytes, but its tree makes {dump.Length}");
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or DumpException)
        {
            throw parts.Damaged(e);
        }
    }

    /// <summary>Those of the dump that the day's state came with, which keeps the volume's id, name, dates and quota; but
    /// full, and in service, for a volume that was restored out of service could not be used.</summary>
    private static byte[] HeadersOf(VolumeParts parts)
    {
        using ContentStream skeleton = new(parts.OpenSkeleton());
        DumpReader reader = new(skeleton, skeleton: null, isSkeleton: true);
        ByteWriter writer = new(512);
        DumpEncoder.Header(writer, reader.Header with { Intervals = [new DumpInterval(0, parts.Dump.To)] });
        DumpEncoder.Volume(writer, reader.Volume with { InService = 1, Blessed = 1 });
        return writer.ToArray();
    }
}
