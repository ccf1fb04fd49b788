using SnapFs.Afs.Dumps;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>Finds what lies below the root of a volume's snapshot (<c>docs/format.md</c> section 8.1).</summary>
internal sealed class VolumeParts(SnapshotHead snapshot, FrameCache frames, ITreePages pages)
{
    /// <summary>What a user can find the snapshot by.</summary>
    public string Subject => snapshot.ObjectPath;

    /// <summary>What the head says of the dump.</summary>
    /// <exception cref="ArgumentException">The snapshot is not of a volume.</exception>
    public SnapshotDump Dump { get; } = snapshot.Dump
        ?? throw new ArgumentException("only a snapshot of an AFS volume has dumps", nameof(snapshot));

    /// <summary>Looks for a node below the root.</summary>
    /// <param name="names">The path; all but the last have to be directories.</param>
    /// <param name="leaf">The leaf that holds it.</param>
    /// <param name="index">Its place there.</param>
    /// <returns>False if there is none.</returns>
    public bool TryFind(ReadOnlySpan<byte[]> names, out PlacedLeaf leaf, out int index)
    {
        leaf = default;
        index = -1;
        ChunkRef directory = snapshot.Root;
        for (int i = 0; i < names.Length; i++)
        {
            if (!TryFindIn(in directory, names[i], out leaf, out index))
            {
                return false;
            }

            NodeView node = leaf.Page.Node(index);
            if (i + 1 < names.Length)
            {
                directory = node.Type == NodeType.Directory
                    ? node.Tree
                    : throw new InvalidEncodingException("a part of the snapshot is no directory but should be");
            }
        }

        return true;
    }

    /// <summary>A file below <c>dump/</c>; null if there is none.</summary>
    public ContentReader? OpenFile(ReadOnlySpan<byte> name)
    {
        if (!TryFind([Names.Dump, name.ToArray()], out PlacedLeaf leaf, out int index))
        {
            return null;
        }

        NodeView node = leaf.Page.Node(index);
        return node.Type == NodeType.File
            ? ContentReader.Open(frames, in node)
            : throw new InvalidEncodingException("a part of the dump is no file but should be");
    }

    /// <summary>The skeleton of the original dump.</summary>
    /// <exception cref="InvalidEncodingException">There is none.</exception>
    public ContentReader OpenSkeleton() =>
        OpenFile(Names.Skeleton) ?? throw new InvalidEncodingException("it has no dump/skeleton");

    /// <summary>Says of what does not fit together in which snapshot it is.</summary>
    public DamagedException Damaged(SnapFsException e) =>
        new(Subject, e is DumpException ? $"in its dump/skeleton, {e.Message}" : e.Message, e);

    private bool TryFindIn(in ChunkRef directory, ReadOnlySpan<byte> name, out PlacedLeaf leaf, out int index)
    {
        ChunkRef reference = directory;
        TreePage page = pages.Load(in reference);
        while (page.Level > 0)
        {
            int level = page.Level;
            reference = page.Count == 0
                ? throw new InvalidEncodingException("an index page of a tree has no children")
                : page.Child(Math.Max(page.Floor(name), 0), out _);
            page = pages.Load(in reference);
            PlacedLeaf.CheckLevel(level, page);
        }

        leaf = new PlacedLeaf(reference, page);
        index = page.Floor(name);
        return index >= 0 && page.NameAt(index).SequenceEqual(name);
    }

    /// <summary>Names of the parts.</summary>
    internal static class Names
    {
        internal static readonly byte[] Files = [.. "files"u8];
        internal static readonly byte[] Orphans = [.. "orphans"u8];
        internal static readonly byte[] Dump = [.. "dump"u8];
        internal static readonly byte[] Skeleton = [.. "skeleton"u8];
        internal static readonly byte[] Contents = [.. "contents"u8];
    }
}
