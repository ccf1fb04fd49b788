using System.Diagnostics.CodeAnalysis;
using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Reads;

/// <summary>
/// Hands the small files of a directory over before a reader that goes through it comes to them, on a thread of its own:
/// the reader then finds them in the kernel's page cache, where to ask for each costs more than the file. Safe for
/// concurrent use.
/// </summary>
internal sealed class Preloader : IDisposable
{
    /// <summary>Entries to be ahead of a reader in its directory.</summary>
    private const int Distance = 32;

    /// <summary>One entry of so many is left to be asked for: only that tells where the reader is.</summary>
    private const int AskedForEach = 16;

    /// <summary>Ranges that wait; the oldest are dropped, since their reader has passed.</summary>
    private const int MaxQueued = 32;

    private readonly FrameCache _frames;
    private readonly ITreePages _pages;
    private readonly SlotTable _slots;
    private readonly IPreloadTarget _target;
    private readonly Queue<Range> _queue = new();
    private readonly Action<MountEvent> _report;
    private readonly Thread _thread;
    private bool _stopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="pages">Where pages come from.</param>
    /// <param name="slots">The directories that the target knows.</param>
    /// <param name="target">Gets the files.</param>
    /// <param name="report">Gets what belongs in a log.</param>
    internal Preloader(
        FrameCache frames, ITreePages pages, SlotTable slots, IPreloadTarget target, Action<MountEvent> report)
    {
        _frames = frames;
        _pages = pages;
        _slots = slots;
        _target = target;
        _report = report;
        _thread = MountThread.Start("preload", Run, report);
    }

    /// <summary>Whether a file is handed over once a reader comes near; a file with several names is not, since its node
    /// belongs to no directory.</summary>
    internal static bool Takes(in NodeView node, long ordinal, long total) =>
        node.Type == NodeType.File && node.Size is > 0 and <= IPreloadTarget.MaxLength && node.LinkCount <= 1
        && (total <= Distance || ordinal % AskedForEach != AskedForEach - 1);

    /// <summary>Asks for the files that follow a place in a directory. Returns at once.</summary>
    /// <param name="slot">A directory that was listed.</param>
    /// <param name="from">Ordinal of the entry the reader comes to next.</param>
    internal void Ask(DirectorySlot slot, long from)
    {
        long start = Math.Max(from, slot.PreloadedTo);
        long end = Math.Min(from + Distance, slot.Leaves.Total);
        if (start >= end)
        {
            return;
        }

        slot.PreloadedTo = end;
        lock (_queue)
        {
            if (_queue.Count >= MaxQueued)
            {
                _queue.Dequeue();
            }

            _queue.Enqueue(new Range(slot, start, end));
            Monitor.Pulse(_queue);
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.Pulse(_queue);
        }

        _thread.Join();
    }

    [SuppressMessage("Design", "CA1031", Justification = "One directory that fails must not end what is done for all others.")]
    private void Run()
    {
        while (TryTake(out Range range))
        {
            // While the directory is entered its number is not used again for another one.
            if (_slots.EnterKnown(range.Slot))
            {
                try
                {
                    HandOver(in range);
                }
                catch (Exception e) when (e is SnapFsException or OperationCanceledException)
                {
                    // Whoever asks for the damaged or unreachable file is told; if all ends, nobody asks.
                }
                catch (Exception e)
                {
                    _report(new MountEvent(MountEventKind.Bug, $"files were not handed over: {e.Message}", e));
                }
                finally
                {
                    _slots.Leave(range.Slot, 0);
                }
            }
        }
    }

    private bool TryTake(out Range range)
    {
        lock (_queue)
        {
            while (!_stopped && _queue.Count == 0)
            {
                Monitor.Wait(_queue);
            }

            range = _stopped ? default : _queue.Dequeue();
            return !_stopped;
        }
    }

    private void HandOver(in Range range)
    {
        LeafTable leaves = range.Slot.Leaves;
        for (long ordinal = range.Start; ordinal < range.End; ordinal++)
        {
            NodeView node = leaves.Load(_pages, ordinal, out int index).Node(index);
            if (Takes(in node, ordinal, leaves.Total)
                && !_target.Preload(NodeIds.Of(range.Slot.Number, ordinal), ContentReader.Open(_frames, in node)))
            {
                return;
            }
        }
    }

    /// <summary>Entries of a directory, <see cref="End"/> not included.</summary>
    private readonly record struct Range(DirectorySlot Slot, long Start, long End);
}
