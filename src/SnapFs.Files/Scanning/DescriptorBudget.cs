namespace SnapFs.Files.Scanning;

/// <summary>Counts open directories, so that a very deep tree does not use up the descriptors of the process.</summary>
/// <param name="limit">Directories that may stay open.</param>
internal sealed class DescriptorBudget(int limit)
{
    private int _open;

    /// <summary>Directories that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether more are open than should stay open.</summary>
    public bool IsExceeded => Open > limit;

    /// <summary>Raises the process's limit of open files as far as it may, and takes half of it.</summary>
    public static DescriptorBudget OfProcess()
    {
        const int Default = 1024;
        if (Interop.Libc.getrlimit(Interop.Libc.RLIMIT_NOFILE, out Interop.Libc.ResourceLimit limit) != 0)
        {
            return new DescriptorBudget(Default / 2);
        }

        Interop.Libc.ResourceLimit raised = limit with { Soft = limit.Hard };
        bool isRaised = limit.Soft < limit.Hard
            && Interop.Libc.setrlimit(Interop.Libc.RLIMIT_NOFILE, in raised) == 0;
        ulong usable = Math.Min(isRaised ? limit.Hard : limit.Soft, 1 << 20);
        return new DescriptorBudget((int)(usable / 2));
    }

    /// <summary>Counts directories opened, or closed if negative.</summary>
    public void Add(int count) => Interlocked.Add(ref _open, count);
}
