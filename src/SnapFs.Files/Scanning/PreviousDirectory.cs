using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// What the tree before this one had in a directory. Walks its nodes in step with the names found now. A page that
/// cannot be had ends the walk: what it held is then read again.
/// </summary>
internal sealed class PreviousDirectory : ITreePages
{
    /// <summary>Takes a raw name.</summary>
    public delegate void NameAction(ReadOnlySpan<byte> name);

    private readonly ITreePages _pages;
    private readonly TreePage _rootPage;
    private DirectoryCursor? _cursor;
    private bool _isConsumed = true;

    private PreviousDirectory(ITreePages pages, ChunkRef root, TreePage rootPage)
    {
        _pages = pages;
        Root = root;
        _rootPage = rootPage;
        _cursor = new DirectoryCursor(this, in root);
    }

    /// <summary>The root page of the directory.</summary>
    public ChunkRef Root { get; }

    /// <summary>Whether the walk ended at a page that could not be had.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The leaf that holds <see cref="Node"/>.</summary>
    public TreePage Page => Cursor.Page;

    /// <summary>Position of <see cref="Node"/> in <see cref="Page"/>.</summary>
    public int Index => Cursor.Index;

    /// <summary>The node that <see cref="MoveTo"/> found.</summary>
    public NodeView Node => Cursor.Node;

    private DirectoryCursor Cursor => _cursor ?? throw new InvalidOperationException("there is no node");

    /// <summary>Opens a directory; null if its root page cannot be had.</summary>
    public static PreviousDirectory? TryOpen(ITreePages pages, in ChunkRef root)
    {
        try
        {
            return new PreviousDirectory(pages, root, pages.Load(in root));
        }
        catch (SnapFsException)
        {
            // A lost or damaged earlier tree costs time only: everything below is read again.
            return null;
        }
    }

    /// <inheritdoc/>
    public TreePage Load(in ChunkRef page) => page.Id == Root.Id ? _rootPage : _pages.Load(in page);

    /// <summary>Moves to a name that is greater than all before.</summary>
    /// <param name="name">The name; empty for past the end.</param>
    /// <param name="skipped">Whether nodes were passed over: names that are gone.</param>
    /// <param name="onSkipped">Told of each of them.</param>
    /// <returns>Whether the name is there.</returns>
    public bool MoveTo(ReadOnlySpan<byte> name, out bool skipped, NameAction? onSkipped = null)
    {
        skipped = false;
        while (_cursor is not null)
        {
            if (_isConsumed && !TryNext())
            {
                return false;
            }

            _isConsumed = false;
            int order = name.IsEmpty ? -1 : Page.NameAt(Index).SequenceCompareTo(name);
            if (order > 0)
            {
                return false;
            }

            _isConsumed = true;
            if (order == 0)
            {
                return true;
            }

            skipped = true;
            onSkipped?.Invoke(Page.NameAt(Index));
        }

        return false;
    }

    /// <summary>A fresh walk over the same nodes.</summary>
    public DirectoryCursor Replay() => new(this, Root);

    private bool TryNext()
    {
        try
        {
            if (Cursor.Next())
            {
                return true;
            }
        }
        catch (SnapFsException)
        {
            IsBroken = true;
        }

        _cursor = null;
        return false;
    }
}
