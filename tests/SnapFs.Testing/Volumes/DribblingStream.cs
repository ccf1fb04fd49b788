using SnapFs.Binary;

namespace SnapFs.Testing.Volumes;

/// <summary>Bytes that come in small, random portions, as from a pipe; it cannot be sought.</summary>
public sealed class DribblingStream(byte[] bytes, Random random, int mostAtOnce) : ForwardStream
{
    private int _position;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, bytes.Length - _position), 1 + random.Next(mostAtOnce));
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
