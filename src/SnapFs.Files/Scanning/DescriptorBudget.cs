namespace SnapFs.Files.Scanning;

/// <summary>
/// Keeps few directories open, so that a very deep tree does not use up the descriptors of the process: of those that
/// nobody uses at the moment, the one not used for the longest time is closed first. Safe for concurrent use.
/// </summary>
/// <remarks>So the directory that a walk stands in and those just above it stay open, and going on by one level, down
/// or up, opens one directory whatever the depth.</remarks>
/// <param name="limit">Directories that may stay open.</param>
internal sealed class DescriptorBudget(int limit)
{
    /// <summary>More would not make a walk faster, and each holds memory of the kernel.</summary>
    private const int MaxOpen = 4096;

    private readonly Lock _gate = new();
    private int _open;
    private DirectoryHandle? _oldest;
    private DirectoryHandle? _newest;

    /// <summary>Directories that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Directories that were opened since the beginning.</summary>
    public long TotalOpened { get; private set; }

    /// <summary>Raises the process's limit of open files as far as it may, and takes at most half of it.</summary>
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
        ulong usable = isRaised ? limit.Hard : limit.Soft;
        return new DescriptorBudget((int)Math.Min(usable / 2, MaxOpen));
    }

    /// <summary>A directory was opened.</summary>
    public void Opened()
    {
        lock (_gate)
        {
            _open++;
            TotalOpened++;
        }
    }

    /// <summary>A directory was closed.</summary>
    public void Closed(DirectoryHandle handle)
    {
        lock (_gate)
        {
            _open--;
            Remove(handle);
        }
    }

    /// <summary>A directory that is open came into use.</summary>
    public void Used(DirectoryHandle handle)
    {
        lock (_gate)
        {
            Remove(handle);
        }
    }

    /// <summary>Nobody uses an open directory any more.</summary>
    /// <returns>The one that is to be closed instead; null while there are few.</returns>
    public DirectoryHandle? Unused(DirectoryHandle handle)
    {
        lock (_gate)
        {
            handle.Older = _newest;
            handle.IsUnused = true;
            if (_newest is null)
            {
                _oldest = handle;
            }
            else
            {
                _newest.Newer = handle;
            }

            _newest = handle;
            if (_open <= limit || _oldest is not DirectoryHandle oldest)
            {
                return null;
            }

            Remove(oldest);
            return oldest;
        }
    }

    private void Remove(DirectoryHandle handle)
    {
        if (!handle.IsUnused)
        {
            return;
        }

        if (handle.Older is null)
        {
            _oldest = handle.Newer;
        }
        else
        {
            handle.Older.Newer = handle.Newer;
        }

        if (handle.Newer is null)
        {
            _newest = handle.Older;
        }
        else
        {
            handle.Newer.Older = handle.Older;
        }

        handle.Older = null;
        handle.Newer = null;
        handle.IsUnused = false;
    }
}
