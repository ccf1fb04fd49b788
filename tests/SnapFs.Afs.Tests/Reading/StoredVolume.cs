using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Reading;
using SnapFs.Afs.Tests.Chains;
using SnapFs.Afs.Trees;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Testing.Volumes;
using SnapFs.Trees;

namespace SnapFs.Afs.Tests.Reading;

/// <summary>Stores a state of a volume as <c>docs/format.md</c> section 8.1 says, or with lies in it.</summary>
internal sealed class StoredVolume : IOwnerNames, IDisposable
{
    private const int ChunkLength = 700;
    private readonly MemoryChunks _chunks = new();
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;
    private readonly VolumeState<KeptVnode> _state;
    private readonly VolumeTree _tree;
    private readonly byte[] _dump;

    /// <param name="state">The state.</param>
    /// <param name="dump">The dump that led to it.</param>
    public StoredVolume(VolumeState<KeptVnode> state, byte[] dump)
    {
        _state = state;
        _tree = VolumeContents.TreeOf(state);
        _dump = dump;
        _frames = new FrameCache(_chunks, 4 * 1024 * 1024, prefetchThreads: 1);
        _pages = new TreePageCache(_frames, 64 * 1024);
    }

    /// <summary>Changes a node before it is stored.</summary>
    public delegate void Change(ref NodeView node, ref AfsNode afs);

    public Change? Lie { get; set; }

    /// <summary>Stored instead of the skeleton.</summary>
    public byte[]? Skeleton { get; set; }

    /// <summary>Bytes left off the contents.</summary>
    public int MissingContents { get; set; }

    /// <summary>Claimed of the dump that is made up; null for what it has.</summary>
    public long? FullLength { get; set; }

    public static StoredVolume OfChain(IEnumerable<string> dumps)
    {
        VolumeState<KeptVnode> state = new();
        byte[] dump = [];
        foreach (string name in dumps)
        {
            dump = DumpSamples.Read($"{name}.dump");
            state = VolumeContents.Apply(state, dump);
        }

        return new StoredVolume(state, dump);
    }

    public OriginalDump OpenOriginal() => OriginalDump.Open(Store(), _frames, _pages);

    public FullDump OpenFull() => FullDump.Open(Store(), _frames, _pages, CancellationToken.None);

    public ReadOnlySpan<byte> UserName(uint id) => default;

    public ReadOnlySpan<byte> GroupName(uint id) => default;

    public void Dispose() => _frames.Dispose();

    private SnapshotHead Store()
    {
        SkeletonBuffer skeleton = new();
        using MemoryStream contents = new();
        DumpReader reader = new(new MemoryStream(_dump), skeleton);
        byte[] piece = new byte[4096];
        for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
        {
            for (int read; step == DumpStep.Content && reader.IsLongContent && (read = reader.ReadContent(piece)) > 0;)
            {
                contents.Write(piece, 0, read);
            }
        }

        DirectoryEncoder dump = new(this, Put);
        if (contents.Length > 0)
        {
            AddFile(dump, "contents"u8, contents.ToArray().AsSpan(MissingContents));
        }

        AddFile(dump, "skeleton"u8, Skeleton ?? skeleton.ToArray());
        NodeView dumps = new() { Name = "dump"u8, Type = NodeType.Directory, Tree = dump.Finish() };
        DirectoryEncoder root = new(this, Put);
        root.Add(in dumps);
        if (_state.Count > 0 && _state.VnodeAt(0) == 1)
        {
            AddVnode(root, "files"u8, 0);
        }

        if (_tree.Orphans.Count > 0)
        {
            DirectoryEncoder orphans = new(this, Put);
            foreach ((byte[] name, int index) in _tree.Orphans.Select(index => (_tree.PathOf(index), index))
                .OrderBy(pair => pair.Item1, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
            {
                AddVnode(orphans, name, index);
            }

            NodeView node = new() { Name = "orphans"u8, Type = NodeType.Directory, Tree = orphans.Finish() };
            root.Add(in node);
        }

        return Head(reader, root.Finish());
    }

    private SnapshotHead Head(DumpReader reader, ChunkRef root)
    {
        DumpFacts facts = DumpFacts.Of(reader.Header, reader.Volume);
        return new SnapshotHead
        {
            Id = ObjectId.Of(_dump),
            Host = "example.org",
            Source = facts.Name,
            Started = new Timestamp(facts.HeldUntil, 0),
            Ended = new Timestamp(facts.HeldUntil, 0),
            Agent = "test",
            Root = root,
            Statistics = new SnapshotStatistics(),
            Volume = new SnapshotVolume { Cell = "example.org", Name = facts.Name, Id = facts.VolumeId },
            Dump = new SnapshotDump
            {
                Name = reader.Header.Name,
                Id = reader.Header.VolumeId,
                Type = (byte)facts.Type,
                From = facts.From,
                To = facts.To,
                CreationDate = facts.CreationDate,
                UpdateDate = facts.UpdateDate,
                BackupDate = facts.BackupDate,
                AccessDate = facts.AccessDate,
                Length = _dump.Length,
                FullLength = FullLength ?? LengthOfFull(reader),
            },
        };
    }

    private long LengthOfFull(DumpReader reader)
    {
        ByteWriter writer = new();
        DumpEncoder.Header(writer, reader.Header with { Intervals = [default] });
        DumpEncoder.Volume(writer, reader.Volume);
        DumpEncoder.End(writer);
        long length = writer.Length;
        for (int i = 0; i < _state.Count; i++)
        {
            VnodeRecord record = _state.ValueAt(i).Record;
            length += DumpEncoder.RecordLength(in record) + record.ContentLength;
        }

        return length;
    }

    private void AddVnode(DirectoryEncoder directory, ReadOnlySpan<byte> name, int index)
    {
        (VnodeRecord record, byte[] content) = _state.ValueAt(index);
        NodeView node = new() { Name = name, Type = (NodeType)record.Type, Modified = new Timestamp(record.Modified, 0) };
        AfsNode afs = new()
        {
            Vnode = record.Vnode,
            Uniq = record.Uniq,
            Type = (byte)record.Type,
            Fields = (ushort)record.Fields,
            Links = record.Links,
            DataVersion = record.DataVersion,
            Author = record.Author,
            Owner = record.Owner,
            Group = record.Group,
            Mode = record.Mode,
            Parent = record.Parent,
            ServerModified = record.ServerModified,
            AccessList = record.AccessList,
        };
        ByteWriter list = new();
        switch (record.Type)
        {
            case VnodeType.Directory:
                node.Tree = StoreDirectory(index);
                WriteChunks(list, content);
                afs.DirectoryLength = content.Length;
                afs.DirectoryContent = list.Written;
                break;
            case VnodeType.Symlink when content.Length > 0:
                node.Target = content;
                break;
            default:
                SetContent(ref node, content, list);
                break;
        }

        Lie?.Invoke(ref node, ref afs);
        ByteWriter extensions = new();
        AfsNodeCodec.Write(extensions, in afs, new ByteWriter());
        node.Extensions = extensions.Written;
        directory.Add(in node);
    }

    private ChunkRef StoreDirectory(int index)
    {
        DirectoryEncoder encoder = new(this, Put);
        foreach (TreeEntry entry in _tree.EntriesOf(index))
        {
            AddVnode(encoder, entry.Name.Span, entry.Child);
        }

        return encoder.Finish();
    }

    private void AddFile(DirectoryEncoder directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        ByteWriter list = new();
        NodeView node = new() { Name = name, Type = NodeType.File };
        SetContent(ref node, content, list);
        directory.Add(in node);
    }

    private void SetContent(ref NodeView node, ReadOnlySpan<byte> content, ByteWriter list)
    {
        node.Type = NodeType.File;
        node.Size = content.Length;
        if (content.Length is > 0 and <= Splice.Threshold)
        {
            list.Bytes(content);
            node.ContentForm = ContentForm.Inline;
            node.Inline = list.Written;
        }
        else if (content.Length > 0)
        {
            WriteChunks(list, content);
            node.ContentForm = ContentForm.Chunks;
            node.ChunkList = list.Written;
        }
    }

    private void WriteChunks(ByteWriter list, ReadOnlySpan<byte> content)
    {
        List<ChunkRef> chunks = [];
        for (int start = 0; start < content.Length; start += ChunkLength)
        {
            chunks.Add(_chunks.Put(ChunkKind.Data, content[start..Math.Min(start + ChunkLength, content.Length)]));
        }

        ChunkListReader.Write(list, 0, chunks.ToArray());
    }

    private ChunkId Put(ReadOnlySpan<byte> page) => _chunks.Put(ChunkKind.Tree, page).Id;
}
