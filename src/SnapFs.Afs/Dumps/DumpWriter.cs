using SnapFs.Binary;

namespace SnapFs.Afs.Dumps;

/// <summary>Writes a dump to a stream as <c>vos</c> would: <see cref="DumpEncoder"/> with the order of calls checked.</summary>
/// <remarks>Not thread-safe. The stream is left open.</remarks>
public sealed class DumpWriter
{
    private readonly Stream _stream;
    private readonly ByteWriter _buffer = new(1024);
    private long _contentLeft;
    private bool _hasEnded;

    /// <summary>Writes both headers.</summary>
    public DumpWriter(Stream stream, DumpHeader header, VolumeHeader volume)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        DumpEncoder.Header(_buffer, header);
        DumpEncoder.Volume(_buffer, volume);
        Flush();
    }

    /// <summary>Writes a record up to its content, which has to follow.</summary>
    /// <exception cref="InvalidOperationException">The content before is not complete.</exception>
    public void Record(in VnodeRecord record)
    {
        RequireBetweenRecords();
        DumpEncoder.Record(_buffer, in record);
        _contentLeft = record.HasContent ? record.ContentLength : 0;
        Flush();
    }

    /// <summary>Writes some or all of the content of the last record.</summary>
    /// <exception cref="InvalidOperationException">The record said that it has fewer bytes.</exception>
    public void Content(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _contentLeft)
        {
            throw new InvalidOperationException($"a content has {bytes.Length - _contentLeft} bytes more than its record says");
        }

        _stream.Write(bytes);
        _contentLeft -= bytes.Length;
    }

    /// <summary>Writes the end mark; nothing may follow.</summary>
    /// <exception cref="InvalidOperationException">The content before is not complete.</exception>
    public void End()
    {
        RequireBetweenRecords();
        DumpEncoder.End(_buffer);
        Flush();
        _hasEnded = true;
    }

    private void RequireBetweenRecords()
    {
        if (_hasEnded || _contentLeft > 0)
        {
            throw new InvalidOperationException(_hasEnded ? "the dump has ended" : $"a content lacks {_contentLeft} bytes");
        }
    }

    private void Flush()
    {
        _stream.Write(_buffer.Written);
        _buffer.Clear();
    }
}
