namespace SnapFs.Testing;

/// <summary>A clock whose timers fire at once, so that waits take no time and can be looked at afterwards.</summary>
public sealed class InstantClock : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];
    private readonly Lock _lock = new();

    /// <summary>What was waited for, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_lock)
        {
            _waits.Add(dueTime);
        }

        return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
