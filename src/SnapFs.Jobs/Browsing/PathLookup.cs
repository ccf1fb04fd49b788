using SnapFs.Chunks;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Jobs.Browsing;

/// <summary>Looks for one path in one tree after another. Where the way to it goes on through a directory that is the same as in the
/// tree before, what was found there is the answer. Not thread-safe.</summary>
/// <param name="pages">Where pages come from.</param>
/// <param name="path">Absolute, normalised; not <c>/</c>.</param>
internal sealed class PathLookup(ITreePages pages, byte[] path)
{
    private readonly byte[][] _names = [.. RawPath.Components(path)];
    private readonly ChunkId?[] _trees = new ChunkId?[RawPath.Components(path).Count];
    private BrowsedNode? _found;

    /// <summary>The node at the path, without following symlinks; no page is kept for it. Null if there is none.</summary>
    /// <param name="root">The tree of <c>/</c>.</param>
    internal BrowsedNode? Find(in ChunkRef root)
    {
        ChunkRef tree = root;
        for (int depth = 0; _trees[depth] != tree.Id; depth++)
        {
            _trees[depth] = null; // whatever happens below
            bool isThere = DirectoryCursor.TryFind(pages, in tree, _names[depth], out TreePage page, out int index, out _);
            _trees[depth] = tree.Id;
            NodeView view = isThere ? page.Node(index) : default;
            if (depth == _names.Length - 1 || !isThere || view.Type != NodeType.Directory)
            {
                bool isFound = isThere && depth == _names.Length - 1;
                _trees.AsSpan(depth + 1).Clear();
                _found = isFound ? new BrowsedNode(page, index).Detach() : null;
                break;
            }

            tree = view.Tree;
        }

        return _found;
    }
}
