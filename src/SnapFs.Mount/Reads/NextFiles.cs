using SnapFs.Caches;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Reads;

/// <summary>
/// Notices readers that go through a tree file by file and has a <see cref="Scout"/> walk ahead of each. Safe for
/// concurrent use.
/// </summary>
internal sealed class NextFiles(FrameCache frames, ITreePages pages)
{
    /// <summary>Readers that are followed at once.</summary>
    private const int MaxScouts = 8;

    /// <summary>A reader that skips up to this many entries (directories, links, small files it did not want) still
    /// goes through the directory in order.</summary>
    private const long MaxSkip = 64;

    private readonly LinkedList<Scout> _scouts = [];
    private readonly Lock _lock = new();

    /// <summary>Notes that the beginning of a file is about to be read.</summary>
    /// <param name="slot">The directory it was opened in; null for a file with several names.</param>
    /// <param name="file">The file.</param>
    internal void Begin(DirectorySlot? slot, OpenFile file)
    {
        if (!_lock.TryEnter())
        {
            return; // another reader is served; being ahead of this one is not worth a wait
        }

        try
        {
            Follow(slot, file);
        }
        catch (SnapFsException)
        {
            // Damage ahead of the reader is the reader's to report, if it gets there. The scout that met it is spent.
            _scouts.RemoveFirst();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Follow(DirectorySlot? slot, OpenFile file)
    {
        for (LinkedListNode<Scout>? node = _scouts.First; node is not null; node = node.Next)
        {
            if (node.Value.TryFollow(file.Directory.Root.Id, file.Ordinal))
            {
                _scouts.Remove(node);
                _scouts.AddFirst(node);
                node.Value.Walk();
                return;
            }
        }

        if (slot is null)
        {
            return;
        }

        long last = slot.LastRead;
        slot.LastRead = file.Ordinal;
        if (last >= 0 && file.Ordinal > last && file.Ordinal - last <= MaxSkip)
        {
            Scout scout = new(frames, pages, slot, file.Ordinal + 1);
            _scouts.AddFirst(scout);
            if (_scouts.Count > MaxScouts)
            {
                _scouts.RemoveLast();
            }

            scout.Walk();
        }
    }
}
