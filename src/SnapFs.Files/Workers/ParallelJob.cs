namespace SnapFs.Files.Workers;

/// <summary>A loop whose turns several workers share.</summary>
internal sealed class ParallelJob<TContext>(int count, Action<TContext, int> body)
{
    private readonly object _gate = new();
    private int _next;
    private int _helpers;
    private Exception? _failure;

    /// <summary>Announces a helper, unless no turn is left.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _next) >= count)
            {
                return false;
            }

            _helpers++;
            return true;
        }
    }

    /// <summary>Takes turns until none is left.</summary>
    public void Help(TContext context, WorkerPool<TContext> pool)
    {
        while (true)
        {
            int turn = Interlocked.Increment(ref _next) - 1;
            if (turn >= count)
            {
                return;
            }

            pool.ThrowIfStopped();
            body(context, turn);
        }
    }

    /// <summary><see cref="Help"/> by a worker that <see cref="TryJoin"/> announced.</summary>
    public void HelpAndLeave(TContext context, WorkerPool<TContext> pool)
    {
        try
        {
            Help(context, pool);
        }
        catch (Exception e)
        {
            _failure = e; // the owner must not take the results of this loop for whole
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _helpers--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Returns when no helper is inside a turn. The job must not be joined any more.</summary>
    public void WaitForHelpers()
    {
        lock (_gate)
        {
            while (_helpers > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Whether a helper failed; to be asked after <see cref="WaitForHelpers"/>.</summary>
    public bool HasFailed => _failure is not null;
}
