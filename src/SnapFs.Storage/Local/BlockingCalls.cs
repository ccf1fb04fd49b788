namespace SnapFs.Storage;

/// <summary>Runs calls that the kernel may hold up for any time, so that whoever asked can give up waiting.</summary>
/// <remarks>
/// The threads are not those of the pool: a storage that hangs would take all of these, and with them what needs no
/// storage. A call that was given up goes on until the kernel lets it go; it must not touch memory that its caller has
/// back by then.
/// </remarks>
internal static class BlockingCalls
{
    private const int MaxThreads = 64;

    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(20);
    private static readonly object Gate = new();
    private static readonly Queue<Action> Waiting = new();
    private static int s_threads;
    private static int s_idle;

    /// <summary>Runs a call on another thread.</summary>
    /// <exception cref="OperationCanceledException">It was given up; it may still be running.</exception>
    internal static async Task<T> RunAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                done.TrySetResult(call());
            }
            catch (OperationCanceledException e)
            {
                done.TrySetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.TrySetException(e); // thrown where the call is awaited
            }
        });
        try
        {
            return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!done.Task.IsCompleted)
        {
            // Nobody looks at what becomes of it.
            _ = done.Task.ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            throw;
        }
    }

    private static void Enqueue(Action call)
    {
        lock (Gate)
        {
            Waiting.Enqueue(call);
            if (s_idle >= Waiting.Count)
            {
                Monitor.Pulse(Gate);
                return;
            }

            if (s_threads >= MaxThreads)
            {
                return; // whoever is ready first takes it
            }

            s_threads++;
        }

        new Thread(Work) { IsBackground = true, Name = "storage" }.Start();
    }

    private static void Work()
    {
        while (Next() is Action call)
        {
            call();
        }
    }

    private static Action? Next()
    {
        lock (Gate)
        {
            while (Waiting.Count == 0)
            {
                s_idle++;
                bool wasCalled = Monitor.Wait(Gate, IdleAfter);
                s_idle--;
                if (!wasCalled && Waiting.Count == 0)
                {
                    s_threads--;
                    return null;
                }
            }

            return Waiting.Dequeue();
        }
    }
}
