using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Tests.Dumps;
using SnapFs.Afs.Trees;

namespace SnapFs.Afs.Tests.Chains;

/// <summary>A vnode with its content, as tests keep it.</summary>
internal sealed record KeptVnode(VnodeRecord Record, byte[] Content);

/// <summary>Applies dumps in memory.</summary>
internal static class VolumeContents
{
    public static VolumeState<KeptVnode> Apply(VolumeState<KeptVnode> before, byte[] dump)
    {
        VolumeStateBuilder<KeptVnode> builder = new(before);
        foreach ((VnodeRecord record, byte[] content) in DumpBytes.Read(dump))
        {
            if (record.IsBare)
            {
                builder.Keep(record.Vnode, record.Uniq);
            }
            else
            {
                builder.Put(record.Vnode, record.Uniq, new KeptVnode(record, content));
            }
        }

        return builder.Build();
    }

    public static VolumeTree TreeOf(VolumeState<KeptVnode> state)
    {
        VolumeTreeBuilder builder = new(state);
        for (int i = 0; i < state.Count && state.IsDirectoryAt(i); i++)
        {
            builder.AddDirectory(i, state.ValueAt(i).Content);
        }

        return builder.Build();
    }
}
