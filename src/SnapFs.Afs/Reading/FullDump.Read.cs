using SnapFs.Afs.Dumps;
using SnapFs.Caches;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

public sealed partial class FullDump
{
    /// <summary>A content up to this many bytes is copied beside its record, so that a sink gets few large pieces instead
    /// of many small ones.</summary>
    private const int SmallContent = 4 * 1024;

    private DumpScratch? _spareScratch;
    private OpenedContent? _lastContent;

    /// <inheritdoc/>
    public override int Read<TSink>(long offset, int length, ref TSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int total = (int)Math.Clamp(Length - offset, 0, length);
        DumpScratch scratch = Interlocked.Exchange(ref _spareScratch, null) ?? new DumpScratch();
        scratch.Pending.Clear();
        try
        {
            for (int done = 0; done < total;)
            {
                done += ReadPart(offset + done, total - done, scratch, ref sink);
            }
        }
        catch (InvalidEncodingException e)
        {
            throw _parts.Damaged(e);
        }
        finally
        {
            scratch.Flush(ref sink);
            Volatile.Write(ref _spareScratch, scratch);
        }

        return total;
    }

    private int ReadPart<TSink>(long offset, int wanted, DumpScratch scratch, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (offset < _headers.Length)
        {
            return scratch.Append(_headers.AsSpan((int)offset), wanted, ref sink);
        }

        if (offset >= _endOffset)
        {
            return scratch.Append(_end.AsSpan((int)(offset - _endOffset)), wanted, ref sink);
        }

        OpenedContent? last = Volatile.Read(ref _lastContent);
        return last is not null && offset >= last.Start && offset < last.End
            ? ReadContent(last.Reader, offset - last.Start, wanted, scratch, ref sink)
            : ReadVnode(offset, wanted, scratch, ref sink);
    }

    /// <summary>Hands out bytes of one record and its content.</summary>
    private int ReadVnode<TSink>(long offset, int wanted, DumpScratch scratch, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        PlannedVnode vnode = _vnodes[FindVnode(offset)];
        NodeView node = NodeOf(in vnode, scratch);
        VnodeRecord record = StoredVnode.Read(in node, out NodeView content);
        scratch.Record.Clear();
        DumpEncoder.Record(scratch.Record, in record);
        ReadOnlySpan<byte> encoded = scratch.Record.Written;
        long within = offset - vnode.Offset;
        int done = within < encoded.Length ? scratch.Append(encoded[(int)within..], wanted, ref sink) : 0;
        if (done == wanted || content.Size == 0)
        {
            return done;
        }

        long position = Math.Max(0, within - encoded.Length);
        if (content.ContentForm == ContentForm.Inline && content.Inline.Length == content.Size)
        {
            return done + scratch.Append(content.Inline[(int)position..], wanted - done, ref sink);
        }

        ContentReader reader = ContentReader.Open(_frames, in content);
        if (content.Size - position > wanted - done)
        {
            long start = vnode.Offset + encoded.Length;
            Volatile.Write(ref _lastContent, new OpenedContent(start, start + content.Size, reader));
        }

        return done + ReadContent(reader, position, wanted - done, scratch, ref sink);
    }

    private static int ReadContent<TSink>(
        ContentReader content, long position, int wanted, DumpScratch scratch, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        int count = (int)Math.Min(content.Size - position, wanted);
        if (count > SmallContent)
        {
            scratch.Flush(ref sink);
            return content.Read(position, count, ref sink);
        }

        scratch.MakeRoom(count, ref sink);
        int before = scratch.Pending.Length;
        try
        {
            return content.Read(position, scratch.Pending.Reserve(count));
        }
        catch
        {
            scratch.Pending.Truncate(before);
            throw;
        }
    }

    /// <summary>The vnode whose record or content holds an offset between the headers and the end mark.</summary>
    private int FindVnode(long offset)
    {
        int low = 0;
        int high = _vnodes.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_vnodes[middle].Offset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private NodeView NodeOf(in PlannedVnode vnode, DumpScratch scratch)
    {
        if (scratch.Page is null || scratch.PageNumber != vnode.Page)
        {
            scratch.Page = _pages.Load(in _leaves[vnode.Page]);
            scratch.PageNumber = vnode.Page;
        }

        return scratch.Page.Node(vnode.Index);
    }

    /// <summary>A content that was not read to its end: the next read goes on in it.</summary>
    /// <param name="Start">Offset of its first byte in the dump.</param>
    /// <param name="End">Offset after its last byte.</param>
    /// <param name="Reader">Its bytes.</param>
    private sealed record OpenedContent(long Start, long End, ContentReader Reader);
}
