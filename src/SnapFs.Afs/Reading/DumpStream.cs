namespace SnapFs.Afs.Reading;

/// <summary>A dump from its first byte, with read-ahead.</summary>
internal sealed class DumpStream(DumpContent dump) : ReadAtStream
{
    /// <summary>Bytes that are asked for ahead of the reader: two chunks of the largest default size.</summary>
    private const long Ahead = 8 * 1024 * 1024;

    public override long Length => dump.Length;

    protected override int ReadAt(long offset, Span<byte> buffer)
    {
        dump.Prefetch(offset, buffer.Length + Ahead);
        return dump.Read(offset, buffer);
    }
}
