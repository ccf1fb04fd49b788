using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Names;
using SnapFs.Afs.Nodes;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Encodes the nodes of a volume, still without their names and without what lies below a directory. Not
/// thread-safe.</summary>
internal sealed class VnodeEncoder(IChunkSink sink, PtsNames names, uint volumeId)
{
    private const uint ModeBits = 0xFFF;

    private static readonly byte[] AclName = "user.afs.acl"u8.ToArray();

    private readonly ByteWriter _node = new(1024);
    private readonly ByteWriter _extensions = new(512);
    private readonly ByteWriter _xattrs = new(512);
    private readonly ByteWriter _scratch = new(1024);

    /// <summary>Encodes a node.</summary>
    /// <param name="record">A record with fields.</param>
    /// <param name="content">Its content, if that is short or of a symlink; otherwise empty.</param>
    /// <param name="chunkList">The chunk list of its content, if that is long; otherwise empty.</param>
    /// <returns>The node; valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(in VnodeRecord record, ReadOnlySpan<byte> content, ReadOnlySpan<byte> chunkList)
    {
        NodeView node = new()
        {
            Mode = record.Mode & ModeBits,
            UserId = unchecked((uint)record.Owner),
            GroupId = record.Group,
            Modified = new Timestamp(record.Modified, 0),
            Changed = new Timestamp(record.ServerModified, 0),
            Device = volumeId,
            LinkCount = Math.Max(record.Links, (ushort)1),
        };
        AfsNode afs = VnodeNodes.ExtensionOf(in record);
        node.Inode = afs.Inode;
        if (record.Type == VnodeType.Directory)
        {
            node.Type = NodeType.Directory;
            afs.DirectoryLength = record.ContentLength;
            afs.DirectoryContent = DirectoryContent(content, chunkList);
            AddAccessList(record.AccessList);
            node.Xattrs = _xattrs.Written;
        }
        else if (record.Type == VnodeType.Symlink && VnodeNodes.IsTarget(content))
        {
            node.Type = NodeType.Symlink;
            node.Target = content;
            node.Size = content.Length;
        }
        else
        {
            node.Type = NodeType.File;
            node.Size = record.ContentLength;
            bool isLong = !chunkList.IsEmpty;
            node.ContentForm = isLong ? ContentForm.Chunks : content.IsEmpty ? ContentForm.Empty : ContentForm.Inline;
            node.ChunkList = chunkList;
            node.Inline = isLong ? default : content;
        }

        _extensions.Clear();
        AfsNodeCodec.Write(_extensions, in afs, _scratch);
        node.Extensions = _extensions.Written;
        _node.Clear();
        NodeCodec.Write(_node, in node, _scratch);
        _xattrs.Clear();
        return _node.Written;
    }

    /// <summary>A sound directory is never short, but what is there has to be given back.</summary>
    private ReadOnlySpan<byte> DirectoryContent(ReadOnlySpan<byte> content, ReadOnlySpan<byte> chunkList)
    {
        if (!chunkList.IsEmpty || content.IsEmpty)
        {
            return chunkList;
        }

        ByteWriter list = new();
        ChunkRef chunk = new(sink.Put(ChunkKind.Data, content), content.Length);
        ChunkListReader.Write(list, 0, [chunk]);
        return list.Written;
    }

    private void AddAccessList(byte[]? encoded)
    {
        if (encoded is null)
        {
            return;
        }

        string text;
        try
        {
            text = AfsAccessList.Parse(encoded).ToText(names.NameOf);
        }
        catch (InvalidEncodingException)
        {
            return; // the bytes stay in the extension, but there is nothing that could be shown
        }

        byte[] value = Encoding.UTF8.GetBytes(text);
        if (value.Length <= TreeLimits.MaxInlineXattr)
        {
            XattrReader.Write(_xattrs, AclName, value);
        }
        else
        {
            ChunkRef chunk = new(sink.Put(ChunkKind.Data, value), value.Length);
            XattrReader.Write(_xattrs, AclName, in chunk);
        }
    }
}
