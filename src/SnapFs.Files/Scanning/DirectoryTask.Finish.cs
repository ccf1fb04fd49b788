using SnapFs.Binary;
using SnapFs.Chunks;
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
            && Unchanged.IsContent(in before, in _stat)
            && Unchanged.IsNode(in before, in _stat);
        if (isSame
            && before.Tree == tree
            && before.SubtreeEntries == _subtreeEntries
            && before.SubtreeBytes == _subtreeBytes)
        {
            return s_unchanged;
        }

        return Encode(context, tree, isSame ? before.Xattrs : ReadXattrs(context));
    }

    private ReadOnlySpan<byte> ReadXattrs(WorkerContext context)
    {
        context.Xattrs.Clear();
        if (_handle is null)
        {
            return default;
        }

        int error = _handle.Acquire(out int fd);
        if (error == 0)
        {
            bool isPathOnly = _source is { IsInside: false };
            error = context.Xattrs.Read(fd, isPathOnly);
            _handle.Release();
        }

        if (error != 0)
        {
            _services.Problems.Add(_path, $"cannot read extended attributes: {Interop.Libc.Text(error)}");
        }

        return context.Xattrs.Result;
    }

    private byte[] Encode(WorkerContext context, ChunkRef tree, ReadOnlySpan<byte> xattrs)
    {
        NodeView node = NodeWriter.From(_name, in _stat);
        node.Type = NodeType.Directory;
        node.Tree = tree;
        node.SubtreeEntries = _subtreeEntries;
        node.SubtreeBytes = _subtreeBytes;
        node.Xattrs = xattrs;
        node.Extensions = RacyMark.IsNeeded(in _stat, _started) ? RacyMark.Fields : default;
        ByteWriter raw = new();
        NodeCodec.Write(raw, in node, context.Scratch);
        return raw.ToArray();
    }
}
