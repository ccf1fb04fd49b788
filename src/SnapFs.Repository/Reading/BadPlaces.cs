using SnapFs.Chunks;

namespace SnapFs.Repository.Reading;

/// <summary>
/// Packs that were not there and frames that did not give their chunks. They are tried last from then on, not never:
/// somebody may bring them back. Safe for concurrent use.
/// </summary>
internal sealed class BadPlaces
{
    /// <summary>Frames remembered; more cost a failed read each time.</summary>
    private const int MaxFrames = 100_000;

    private readonly Lock _gate = new();
    private readonly HashSet<uint> _packs = [];
    private readonly HashSet<(uint Pack, uint Offset)> _frames = [];
    private readonly HashSet<uint> _suspects = [];
    private Action<uint>? _watcher;
    private volatile bool _isEmpty = true;

    /// <summary>Whether nothing was found wrong so far.</summary>
    internal bool IsEmpty => _isEmpty;

    /// <summary>Has somebody told of the number of each pack in which something was found wrong so far, and of each in which something
    /// is; once each, on any thread. Who was told before is not any more.</summary>
    internal void Watch(Action<uint> watcher)
    {
        lock (_gate)
        {
            _watcher = watcher;
            foreach (uint pack in _suspects)
            {
                watcher(pack);
            }
        }
    }

    internal void AddPack(uint pack)
    {
        lock (_gate)
        {
            _packs.Add(pack);
            Suspect(pack);
        }
    }

    internal void AddFrame(in FrameLocation frame)
    {
        lock (_gate)
        {
            if (!_packs.Contains(frame.Pack) && _frames.Count < MaxFrames)
            {
                _frames.Add((frame.Pack, frame.Offset));
            }

            Suspect(frame.Pack);
        }
    }

    internal bool Contains(in FrameLocation frame)
    {
        lock (_gate)
        {
            return _packs.Contains(frame.Pack) || _frames.Contains((frame.Pack, frame.Offset));
        }
    }

    private void Suspect(uint pack)
    {
        _isEmpty = false;
        if (_suspects.Add(pack))
        {
            _watcher?.Invoke(pack);
        }
    }
}
