namespace SnapFs.Mount.Events;

/// <summary>
/// Passes events on, each distinct message at most once a minute and damage of one file once, so that a reader that
/// repeats a failing read does not fill the log. Safe for concurrent use.
/// </summary>
public sealed class EventLimiter
{
    private const int Remembered = 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly Action<MountEvent> _target;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, long> _last = [];
    private readonly Lock _lock = new();

    /// <param name="target">Called on the thread that reports; must not throw.</param>
    /// <param name="clock">Tells the time.</param>
    public EventLimiter(Action<MountEvent> target, TimeProvider clock)
    {
        _target = target;
        _clock = clock;
    }

    /// <summary>Passes <paramref name="happened"/> on unless the same message was passed within the last minute.
    /// </summary>
    public void Report(MountEvent happened)
    {
        long now = _clock.GetTimestamp();
        lock (_lock)
        {
            if (_last.TryGetValue(happened.Message, out long last) && _clock.GetElapsedTime(last, now) < Interval)
            {
                return;
            }

            if (_last.Count >= Remembered)
            {
                _last.Clear(); // bounded memory matters more than a line too many
            }

            _last[happened.Message] = now;
        }

        _target(happened);
    }
}
