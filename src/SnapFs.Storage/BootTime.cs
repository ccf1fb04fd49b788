namespace SnapFs.Storage;

/// <summary>Time that nobody sets and that goes on while the machine sleeps.</summary>
public static class BootTime
{
    /// <summary>The time since the machine was started, sleep included.</summary>
    public static TimeSpan Elapsed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return TimeSpan.FromMilliseconds(Environment.TickCount64); // Windows counts sleep in it
        }

        // Cannot fail: the clock is there since Linux 2.6.39 and the buffer is ours.
        _ = Interop.Libc.clock_gettime(Interop.Libc.CLOCK_BOOTTIME, out Interop.Libc.Timespec time);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }
}
