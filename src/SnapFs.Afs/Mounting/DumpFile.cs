using SnapFs.Afs.Reading;
using SnapFs.Caches;
using SnapFs.Mount.Kinds;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>A dump of a volume as a file: one full dump of the volume as it was, or the dump that was taken in.</summary>
/// <param name="head">The state of the volume.</param>
/// <param name="isOriginal">Whether it is the dump that was taken in.</param>
internal sealed class DumpFile(SnapshotHead head, bool isOriginal) : ComputedFile(
    head, isOriginal ? "original" : "full", (isOriginal ? head.Dump?.Length : head.Dump?.FullLength) ?? 0)
{
    /// <inheritdoc/>
    public override ComputedContent Open(FrameCache frames, ITreePages pages) => new Bytes(
        isOriginal ? OriginalDump.Open(Head, frames, pages) : FullDump.Open(Head, frames, pages, CancellationToken.None));

    private sealed class Bytes(DumpContent dump) : ComputedContent
    {
        public override long Length => dump.Length;

        public override long Footprint => dump.Footprint;

        public override void Read<TSink>(long offset, int length, ref TSink sink) => dump.Read(offset, length, ref sink);

        public override void Prefetch(long offset, long length) => dump.Prefetch(offset, length);
    }
}
