using SnapFs.Caches;

namespace SnapFs.Afs.Reading;

/// <summary>A file of a snapshot from its first byte.</summary>
internal sealed class ContentStream(ContentReader content) : ReadAtStream
{
    public override long Length => content.Size;

    protected override int ReadAt(long offset, Span<byte> buffer) => content.Read(offset, buffer);
}
