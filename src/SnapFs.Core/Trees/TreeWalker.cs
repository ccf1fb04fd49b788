using SnapFs.Binary;
using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// Walks what is below a directory, parents before children, names in byte order, without recursion: memory grows with the
/// length of the path, not with its square, and pages are kept of the lowest levels only. Not thread-safe.
/// </summary>
/// <remarks>After an exception from <see cref="Next"/> the walk can go on: what could not be read is passed over, and
/// <see cref="Path"/> is that of its directory.</remarks>
public sealed class TreeWalker
{
    /// <summary>Pages that are kept: a page further up is loaded again when the walk comes back to it.</summary>
    private const int KeptPages = 64;

    private readonly ITreePages _pages;
    private readonly Func<ChunkRef, bool>? _takes;
    private readonly List<Step> _steps = [];
    private readonly ByteWriter _path = new(1024);
    private TreePage? _page;
    private int _index;
    private int _nameStart;

    /// <param name="pages">Where pages come from.</param>
    /// <param name="directory">Path of the directory where the walk begins, without a slash at the end.</param>
    /// <param name="tree">The root page of that directory.</param>
    /// <param name="takes">Asked before a page is loaded for the first time; false passes over all that is below it.</param>
    public TreeWalker(
        ITreePages pages, ReadOnlySpan<byte> directory, in ChunkRef tree, Func<ChunkRef, bool>? takes = null)
    {
        _pages = pages;
        _takes = takes;
        _path.Bytes(directory);
        _steps.Add(new Step { Page = tree, IsRoot = true, Index = -1, Depth = 1, PathLength = directory.Length });
    }

    /// <summary>How far below the start the current node is, from 1.</summary>
    public int Depth { get; private set; }

    /// <summary>The path of the current node; valid until the next call.</summary>
    public ReadOnlySpan<byte> Path => _path.Written;

    /// <summary>The name of the current node; valid until the next call.</summary>
    public ReadOnlySpan<byte> Name => _path.Written[_nameStart..];

    /// <summary>The current node.</summary>
    /// <exception cref="InvalidEncodingException">It is malformed; the walk can go on.</exception>
    public NodeView Node => Page.Node(_index);

    /// <summary>The leaf that holds the current node.</summary>
    public TreePage Page => _page ?? throw new InvalidOperationException("the walk is at no node");

    /// <summary>Position of the current node in <see cref="Page"/>.</summary>
    public int Index => _index;

    /// <summary>The pages on the way down to the current node, the root's first; after an exception, down to where it came from.
    /// </summary>
    public IEnumerable<ChunkRef> PagesAbove => _steps.Select(step => step.Page);

    /// <summary>Moves to the next node; false at the end.</summary>
    /// <exception cref="SnapFsException">A page cannot be read or is not what the page above it says.</exception>
    public bool Next()
    {
        while (_steps.Count > 0)
        {
            Step step = _steps[^1];
            _path.Truncate(step.PathLength);
            _nameStart = step.PathLength;
            TreePage? page = step.Loaded ?? Load(step);
            if (page is null || ++step.Index >= page.Count)
            {
                _steps.RemoveAt(_steps.Count - 1);
                continue;
            }

            if (page.Level > 0)
            {
                Push(new Step
                {
                    Page = page.Child(step.Index, out _),
                    IsRoot = false,
                    Index = -1,
                    Depth = step.Depth,
                    PathLength = step.PathLength,
                });
                continue;
            }

            _page = page;
            _index = step.Index;
            Depth = step.Depth;
            _path.Byte((byte)'/');
            _nameStart = _path.Length;
            _path.Bytes(page.NameAt(step.Index));
            return true;
        }

        return false;
    }

    /// <summary>Goes into the directory that is the current node: the next node is its first.</summary>
    /// <param name="tree">Its <see cref="NodeView.Tree"/>.</param>
    public void Enter(in ChunkRef tree) => Push(new Step
    {
        Page = tree,
        IsRoot = true,
        Index = -1,
        Depth = Depth + 1,
        PathLength = _path.Length,
    });

    private void Push(Step step)
    {
        _steps.Add(step);
        if (_steps.Count > KeptPages)
        {
            _steps[^(KeptPages + 1)].Loaded = null;
        }
    }

    /// <summary>Loads the page of the lowest step; null if it is not to be taken. On an exception the step is gone.</summary>
    private TreePage? Load(Step step)
    {
        bool isFirst = step.Index < 0;
        if (isFirst && _takes is not null && !_takes(step.Page))
        {
            return null;
        }

        try
        {
            TreePage page = _pages.Load(in step.Page);
            if (isFirst && !step.IsRoot)
            {
                Step above = _steps[^2];
                page.CheckBelow(above.Loaded!, above.Index); // it was loaded to find this one
            }

            step.Loaded = page;
            return page;
        }
        catch
        {
            _steps.RemoveAt(_steps.Count - 1);
            throw;
        }
    }

    /// <summary>A page on the way down to the current node.</summary>
    private sealed class Step
    {
        public ChunkRef Page;

        /// <summary>Whether it is the root page of a directory, with no page above that says what it is.</summary>
        public required bool IsRoot { get; init; }

        /// <summary>Position in the page; -1 before its first.</summary>
        public required int Index { get; set; }

        /// <summary>Depth of the nodes in it.</summary>
        public required int Depth { get; init; }

        /// <summary>Length of the path of its directory.</summary>
        public required int PathLength { get; init; }

        /// <summary>The page, if it is kept.</summary>
        public TreePage? Loaded { get; set; }
    }
}
