namespace SnapFs.Repository.Indexes;

/// <summary>How many blocks of runs stay in memory once they were read. Small indexes are in memory as they are used; of large ones
/// what does not fit is read again, by a short read each. Safe for concurrent use.</summary>
/// <param name="count">Blocks.</param>
internal sealed class KeptBlocks(int count)
{
    private int _left = count;

    /// <summary>What a process keeps: 32 MiB.</summary>
    internal static KeptBlocks OfProcess { get; } = new(32 * 1024 * 1024 / RunLayout.BlockLength);

    /// <summary>Takes room for a block.</summary>
    internal bool TryTake()
    {
        if (Volatile.Read(ref _left) <= 0)
        {
            return false;
        }

        if (Interlocked.Decrement(ref _left) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _left);
        return false;
    }

    /// <summary>Gives room back.</summary>
    internal void Return(int blocks) => Interlocked.Add(ref _left, blocks);
}
