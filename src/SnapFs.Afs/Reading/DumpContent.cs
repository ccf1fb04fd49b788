using SnapFs.Caches;

namespace SnapFs.Afs.Reading;

/// <summary>Random access to the bytes of a volume dump that is made while it is read. Safe for concurrent use.</summary>
/// <remarks>Bytes come from the repository: what does not fit together is a <see cref="DamagedException"/> that names the
/// snapshot or the pack.</remarks>
public abstract class DumpContent
{
    private protected DumpContent(long length) => Length = length;

    /// <summary>Bytes of the dump, exactly.</summary>
    public long Length { get; }

    /// <summary>Bytes of memory that it takes between reads, about.</summary>
    public abstract long Footprint { get; }

    /// <summary>Hands out bytes, contents without copying them.</summary>
    /// <param name="offset">First byte within the dump; at or past the end nothing is read.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="sink">Gets the pieces; on an exception it holds those before the failure.</param>
    /// <returns>Bytes handed out: fewer than <paramref name="length"/> only at the end of the dump.</returns>
    /// <exception cref="DamagedException">A chunk or the tree is missing or damaged.</exception>
    public abstract int Read<TSink>(long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct;

    /// <summary>Asks for a range to be decoded in the background. Whoever reads in order calls it before each read, with
    /// the range that follows.</summary>
    /// <param name="offset">First byte within the dump.</param>
    /// <param name="length">Bytes; what lies past the end is ignored.</param>
    public abstract void Prefetch(long offset, long length);

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">First byte within the dump; at or past the end nothing is read.</param>
    /// <param name="destination">Filled completely unless the dump ends before.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="DamagedException">A chunk or the tree is missing or damaged.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        SpanSink sink = new(destination);
        return Read(offset, destination.Length, ref sink);
    }

    /// <summary>The dump from its first byte, read ahead of the reader.</summary>
    public Stream OpenStream() => new DumpStream(this);
}
