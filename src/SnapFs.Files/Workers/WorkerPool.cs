namespace SnapFs.Files.Workers;

/// <summary>
/// Threads that take directories from a stack, deepest first, and that help one another with the files of a large
/// directory and the chunks of a large file when there is no directory to take.
/// </summary>
internal sealed class WorkerPool<TContext>
{
    private const int StackSize = 16 << 20;

    private readonly object _gate = new();
    private readonly List<ISharedWork<TContext>> _stack = [];
    private readonly List<ParallelJob<TContext>> _jobs = [];
    private readonly TContext[] _contexts;
    private readonly CancellationToken _cancellation;
    private Exception? _failure;
    private int _idle;
    private bool _done;

    /// <param name="contexts">What each thread owns; one thread each.</param>
    /// <param name="cancellation">Stops the threads.</param>
    public WorkerPool(TContext[] contexts, CancellationToken cancellation)
    {
        _contexts = contexts;
        _cancellation = cancellation;
    }

    /// <summary>How long a cancelled run waits for each thread; null for until it ends.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Runs until <see cref="Done"/>; throws the first failure of a worker.</summary>
    /// <param name="first">Runs on one of the threads.</param>
    public void Run(Action<TContext> first)
    {
        using CancellationTokenRegistration registration = _cancellation.Register(WakeAll);
        Thread[] threads = new Thread[_contexts.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            TContext context = _contexts[i];
            Action<TContext>? start = i == 0 ? first : null;
            threads[i] = new Thread(() => Loop(context, start), StackSize) { IsBackground = true, Name = "worker" };
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            Join(thread);
        }

        _cancellation.ThrowIfCancellationRequested();
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>Waits for a thread to end; after a cancellation no longer than <see cref="Patience"/>, for it may wait for a
    /// file system that does not answer. Threads of the pool do not keep the process alive.</summary>
    private void Join(Thread thread)
    {
        if (Patience is not TimeSpan patience)
        {
            thread.Join();
            return;
        }

        const int Interval = 200;
        long waited = 0;
        while (!thread.Join(Interval) && waited < patience.TotalMilliseconds)
        {
            waited += _cancellation.IsCancellationRequested ? Interval : 0;
        }
    }

    /// <summary>Throws if the run was cancelled or another worker failed.</summary>
    public void ThrowIfStopped()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _failure) is not null)
        {
            throw new OperationCanceledException("another worker failed");
        }
    }

    /// <summary>Offers work whose pieces any worker may take; the newest offer is taken first.</summary>
    public void Push(ISharedWork<TContext> work)
    {
        lock (_gate)
        {
            _stack.Add(work);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>There is no more work: all threads end.</summary>
    public void Done()
    {
        lock (_gate)
        {
            _done = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Calls <paramref name="body"/> for 0 to <paramref name="count"/> - 1 on this thread and on idle ones, and
    /// returns when all calls have returned.
    /// </summary>
    public void ForEach(TContext context, int count, Action<TContext, int> body)
    {
        ParallelJob<TContext> job = new(count, body);
        bool isShared = count > 1 && _contexts.Length > 1;
        if (isShared)
        {
            lock (_gate)
            {
                _jobs.Add(job);
                if (_idle > 0)
                {
                    Monitor.PulseAll(_gate);
                }
            }
        }

        try
        {
            job.Help(context, this);
        }
        finally
        {
            if (isShared)
            {
                lock (_gate)
                {
                    _jobs.Remove(job);
                }
            }

            job.WaitForHelpers();
        }

        ThrowIfStopped();
        if (job.HasFailed)
        {
            throw new OperationCanceledException("another worker failed");
        }
    }

    private void Loop(TContext context, Action<TContext>? start)
    {
        try
        {
            start?.Invoke(context);
            while (Take(context))
            {
            }
        }
        catch (Exception e)
        {
            // The one boundary of a worker: the first failure ends all and is thrown by Run.
            Fail(e);
        }
    }

    private bool Take(TContext context)
    {
        ISharedWork<TContext>? work = null;
        int piece = 0;
        ParallelJob<TContext>? job = null;
        lock (_gate)
        {
            while (work is null && job is null)
            {
                if (_done || _failure is not null || _cancellation.IsCancellationRequested)
                {
                    return false;
                }

                if (_stack.Count > 0)
                {
                    work = _stack[^1];
                    piece = work.Take();
                    if (!work.HasMore)
                    {
                        _stack.RemoveAt(_stack.Count - 1);
                    }
                }
                else if (_jobs.Find(candidate => candidate.TryJoin()) is ParallelJob<TContext> joined)
                {
                    job = joined;
                }
                else
                {
                    _idle++;
                    Monitor.Wait(_gate);
                    _idle--;
                }
            }
        }

        if (work is not null)
        {
            work.Run(context, piece);
        }
        else if (job is not null)
        {
            job.HelpAndLeave(context, this);
        }

        return true;
    }

    /// <summary>Keeps the first failure; one that only echoes another's gives way to it.</summary>
    private void Fail(Exception e)
    {
        lock (_gate)
        {
            if (_failure is null or OperationCanceledException)
            {
                _failure = e;
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
