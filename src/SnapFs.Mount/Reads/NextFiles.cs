using SnapFs.Caches;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Reads;

/// <summary>
/// Notices readers that go through a tree file by file, has a <see cref="Scout"/> walk ahead of each, and has small files
/// handed over unasked. Safe for concurrent use.
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

    /// <summary>Hands small files over; null where nobody takes them.</summary>
    internal Preloader? Preloader { get; set; }

    /// <summary>Notes that the beginning of a file is about to be read.</summary>
    /// <param name="slot">The directory it was opened in; null for a file with several names.</param>
    /// <param name="file">The file.</param>
    internal void Begin(DirectorySlot? slot, OpenFile file) => Follow(() =>
    {
        if (!TryAdvance(scout => scout.TryFollow(file.Directory.Root.Id, file.Ordinal)))
        {
            if (slot is null || !IsInOrder(slot, file.Ordinal))
            {
                return;
            }

            Add(new Scout(frames, pages, slot, file.Ordinal + 1));
        }

        if (slot is not null)
        {
            Preloader?.Ask(slot, file.Ordinal + 1);
        }
    });

    /// <summary>Notes that a directory was listed to its end, so that its entries are known.</summary>
    internal void Listed(DirectorySlot slot)
    {
        if (Preloader is not null && _scouts.Count > 0)
        {
            Follow(() =>
            {
                if (TryAdvance(scout => scout.TryEnter(slot.Leaves.Root.Id)))
                {
                    Preloader.Ask(slot, 0);
                }
            });
        }
    }

    private void Follow(Action step)
    {
        if (!_lock.TryEnter())
        {
            return; // another reader is served; being ahead of this one is not worth a wait
        }

        try
        {
            Waiting.Forbid(step);
        }
        catch (MustWaitException)
        {
            // What the scout has to have read was asked for; it goes on at the next file.
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

    /// <summary>Has the scout walk on that expected what a reader did; false if none did.</summary>
    private bool TryAdvance(Predicate<Scout> isExpected)
    {
        for (LinkedListNode<Scout>? node = _scouts.First; node is not null; node = node.Next)
        {
            if (isExpected(node.Value))
            {
                _scouts.Remove(node);
                _scouts.AddFirst(node);
                node.Value.Walk();
                return true;
            }
        }

        return false;
    }

    private static bool IsInOrder(DirectorySlot slot, long ordinal)
    {
        long last = slot.LastRead;
        slot.LastRead = ordinal;
        return last >= 0 && ordinal > last && ordinal - last <= MaxSkip;
    }

    private void Add(Scout scout)
    {
        _scouts.AddFirst(scout);
        if (_scouts.Count > MaxScouts)
        {
            _scouts.RemoveLast();
        }

        scout.Walk();
    }
}
