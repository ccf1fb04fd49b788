using SnapFs.Caches;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

public sealed partial class FullDump
{
    private Ahead? _ahead;

    /// <inheritdoc/>
    public override void Prefetch(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= _endOffset || length <= 0)
        {
            return;
        }

        long end = offset + Math.Min(length, _endOffset - offset);
        long from = offset;
        Ahead? ahead = Volatile.Read(ref _ahead);
        if (ahead is not null && offset >= ahead.Start && offset <= ahead.End)
        {
            // A reader that goes on in order asks for nearly the same range again and again: half a range at a time.
            from = ahead.End;
            if (from >= end || (from - offset > length / 2 && end < _endOffset))
            {
                return;
            }
        }

        Volatile.Write(ref _ahead, new Ahead(offset, end));
        DumpScratch scratch = new();
        try
        {
            for (int i = FindVnode(Math.Max(from, _headers.Length)); i < _vnodes.Length && _vnodes[i].Offset < end; i++)
            {
                PrefetchContent(in _vnodes[i], from, end, scratch);
            }
        }
        catch (SnapFsException)
        {
            // Whoever reads the range meets the same damage and reports it.
        }
    }

    private void PrefetchContent(in PlannedVnode vnode, long from, long end, DumpScratch scratch)
    {
        NodeView node = NodeOf(in vnode, scratch);
        StoredVnode.Read(in node, out NodeView content);
        if (content.ContentForm == ContentForm.Chunks)
        {
            // The few bytes of the record before the content make no difference to what is decoded.
            long start = Math.Max(0, from - vnode.Offset);
            ContentReader.Open(_frames, in content).Prefetch(Math.Min(start, content.Size), end - vnode.Offset - start);
        }
    }

    /// <summary>A range that was asked for.</summary>
    private sealed record Ahead(long Start, long End);
}
