using SnapFs.Caches;
using SnapFs.Trees;
using SnapFs.Volumes.Chains;
using SnapFs.Volumes.Directories;
using SnapFs.Volumes.Trees;

namespace SnapFs.Agent.Volumes;

/// <summary>Makes the tree of a state: raw directories that a dump brought are in the scratch file, the others in the
/// repository.</summary>
/// <param name="scratch">Has the nodes.</param>
/// <param name="firstNew">Where those that the dump brought begin.</param>
/// <param name="before">Has the others.</param>
internal sealed class DirectoryLoader(VnodeScratch scratch, long firstNew, VolumeBefore? before)
{
    /// <summary>Loads all directories.</summary>
    public VolumeTree Load(VolumeState<VnodePlace> state, CancellationToken cancellationToken)
    {
        VolumeTreeBuilder builder = new(state);
        for (int i = 0; i < state.Count && state.IsDirectoryAt(i); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long place = state.ValueAt(i).Offset;
            builder.AddDirectory(i, place >= firstNew ? scratch.ExtraAt(place) : FromRepository(place));
        }

        return builder.Build();
    }

    private byte[] FromRepository(long place)
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
        byte[] content = new byte[afs.DirectoryLength];
        ContentReader.Open(before.Frames, in file).Read(0, content);
        return content;
    }
}
