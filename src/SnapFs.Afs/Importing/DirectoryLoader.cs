using SnapFs.Afs.Chains;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Trees;
using SnapFs.Caches;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Makes the tree of a state: raw directories that a dump brought are in the scratch file, the others in the
/// repository.</summary>
/// <param name="scratch">Has the nodes.</param>
/// <param name="firstNew">Where those that the dump brought begin.</param>
/// <param name="before">Has the others.</param>
/// <param name="isCut">Whether the dump was cut off.</param>
internal sealed class DirectoryLoader(VnodeScratch scratch, long firstNew, VolumeBefore? before, bool isCut)
{
    private byte[] _content = [];

    /// <summary>Loads all directories.</summary>
    public VolumeTree Load(VolumeState<VnodePlace> state, CancellationToken cancellationToken)
    {
        VolumeTreeBuilder builder = new(state, isCut);
        for (int i = 0; i < state.Count && state.IsDirectoryAt(i); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long place = state.ValueAt(i).Offset;
            builder.AddDirectory(i, place >= firstNew ? scratch.ExtraAt(place) : FromRepository(place));
        }

        return builder.Build();
    }

    /// <summary>Valid until the next call: large arrays that are thrown away stay in memory for long.</summary>
    private ReadOnlySpan<byte> FromRepository(long place)
    {
        NodeView node = NodeCodec.Read(scratch.NodeAt(place));
        if (before is null || !AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs)
            || afs.DirectoryLength is 0 or > DirectoryReader.MaxLength)
        {
            return [];
        }

        NodeView file = new()
        {
            Type = NodeType.File,
            Size = afs.DirectoryLength,
            ContentForm = ContentForm.Chunks,
            ChunkList = afs.DirectoryContent,
        };
        int length = (int)afs.DirectoryLength;
        if (_content.Length < length)
        {
            _content = new byte[Math.Max(length, 2 * _content.Length)];
        }

        Span<byte> content = _content.AsSpan(0, length);
        ContentReader.Open(before.Frames, in file).Read(0, content);
        return content;
    }
}
