using SnapFs.Afs.Dumps;
using SnapFs.Caches;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>A dump byte for byte as it was taken in: the skeleton with the long contents put back.</summary>
/// <remarks>16 bytes of memory a content of more than 512 bytes.</remarks>
public sealed class OriginalDump : DumpContent
{
    private readonly DumpWeaver _weaver;
    private readonly ContentReader _skeleton;
    private readonly ContentReader? _contents;

    private OriginalDump(DumpWeaver weaver, ContentReader skeleton, ContentReader? contents)
        : base(weaver.Length)
    {
        _weaver = weaver;
        _skeleton = skeleton;
        _contents = contents;
    }

    /// <inheritdoc/>
    public override long Footprint => _weaver.Footprint;

    /// <summary>Reads the skeleton through once.</summary>
    /// <param name="snapshot">The snapshot of a volume.</param>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="pages">Where tree pages come from.</param>
    /// <exception cref="DamagedException">The parts are missing or do not fit together.</exception>
    public static OriginalDump Open(SnapshotHead snapshot, FrameCache frames, ITreePages pages)
    {
        VolumeParts parts = new(snapshot, frames, pages);
        try
        {
            ContentReader skeleton = parts.OpenSkeleton();
            ContentReader? contents = parts.OpenFile(VolumeParts.Names.Contents);
            using ContentStream stream = new(skeleton);
            long length = contents?.Size ?? 0;
            DumpWeaver weaver = parts.Dump.Salvage is null ? DumpWeaver.Read(stream) : DumpWeaver.ReadCut(stream, length);
            if (length != weaver.ContentsLength || weaver.Length != parts.Dump.Length)
            {
                throw new InvalidEncodingException(
                    $"its dump should have {parts.Dump.Length} bytes, but dump/skeleton and dump/contents make "
                    + $"{weaver.Length}, of which dump/contents has {length} instead of {weaver.ContentsLength}");
            }

            return new OriginalDump(weaver, skeleton, contents);
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or DumpException)
        {
            throw parts.Damaged(e);
        }
    }

    /// <inheritdoc/>
    public override int Read<TSink>(long offset, int length, ref TSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int total = (int)Math.Clamp(Length - offset, 0, length);
        for (int done = 0; done < total;)
        {
            WovenRange range = _weaver.Find(offset + done);
            int wanted = (int)Math.Min(range.Length, total - done);
            ContentReader part = range.IsSkeleton ? _skeleton : _contents!; // Open checked that it has what is woven in
            done += part.Read(range.Offset, wanted, ref sink);
        }

        return total;
    }

    /// <inheritdoc/>
    public override void Prefetch(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= Length || length <= 0)
        {
            return;
        }

        long end = offset + Math.Min(length, Length - offset);
        long from = ContentsBefore(offset);
        long to = ContentsBefore(end);
        try
        {
            _skeleton.Prefetch(offset - from, end - to - (offset - from));
            _contents?.Prefetch(from, to - from);
        }
        catch (SnapFsException)
        {
            // Only lists of chunks are read here; whoever reads the range meets the same damage and reports it.
        }
    }

    /// <summary>Bytes of long contents that come before an offset of the dump.</summary>
    private long ContentsBefore(long offset)
    {
        WovenRange range = _weaver.Find(offset);
        return range.IsSkeleton ? offset - range.Offset : range.Offset;
    }
}
