using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

internal sealed partial class DirectoryTask
{
    /// <summary>Ends the directory: its tree, and its node for the parent.</summary>
    private byte[] Finish(WorkerContext context)
    {
        if (_previous is null || !IsListed)
        {
            StartEncoding();
        }
        else
        {
            _ = MoveTo(default); // names after the last one found now are gone
        }

        ChunkRef tree;
        if (_encoder is null && _previous is not null)
        {
            tree = _previous.Root;
        }
        else
        {
            DirectoryEncoder encoder = TakeEncoder();
            tree = encoder.Finish();
            _walk.Return(encoder);
        }

        NodeView before = _previousPage is null ? default : _previousPage.Node(_previousIndex);
        bool isSame = IsListed
            && before.Type == NodeType.Directory
            && Unchanged.IsContent(_services, in before, in _stat)
            && Unchanged.IsNode(in before, in _stat);
        if (isSame
            && before.Tree == tree
            && before.SubtreeEntries == _subtreeEntries
            && before.SubtreeBytes == _subtreeBytes)
        {
            return s_unchanged;
        }

        ReadOnlySpan<byte> xattrs = before.Xattrs;
        bool isWhole = isSame || TryReadXattrs(context, out xattrs);
        return Encode(context, tree, xattrs, isWhole);
    }

    private bool TryReadXattrs(WorkerContext context, out ReadOnlySpan<byte> xattrs)
    {
        context.Xattrs.Clear();
        xattrs = default;
        if (_handle is null)
        {
            return true;
        }

        int error = _handle.Acquire(out int fd);
        if (error == 0)
        {
            context.Xattrs.Read(fd, isPathOnly: !_isInside);
            _handle.Release();
        }

        error = error != 0 ? error : context.Xattrs.Error;
        if (error != 0)
        {
            Report(default, OmissionKind.UnreadableAttributes, error, context.Xattrs.Finding);
        }

        xattrs = context.Xattrs.Result;
        return error == 0;
    }

    /// <param name="context">The worker.</param>
    /// <param name="tree">The root page of the directory.</param>
    /// <param name="xattrs">Its attributes.</param>
    /// <param name="isWhole">Whether those are all; otherwise the next backup reads them again.</param>
    private byte[] Encode(WorkerContext context, ChunkRef tree, ReadOnlySpan<byte> xattrs, bool isWhole)
    {
        NodeView node = NodeWriter.From(_name, in _stat);
        node.Type = NodeType.Directory;
        node.Tree = tree;
        node.SubtreeEntries = _subtreeEntries;
        node.SubtreeBytes = _subtreeBytes;
        node.Xattrs = xattrs;
        node.Extensions = !isWhole || RacyMark.IsNeeded(in _stat, _started) ? RacyMark.Fields : default;
        ByteWriter raw = new();
        NodeCodec.Write(raw, in node, context.Scratch);
        return raw.ToArray();
    }
}
