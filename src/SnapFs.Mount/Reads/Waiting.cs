namespace SnapFs.Mount.Reads;

/// <summary>Keeps what a thread does beside its task from waiting: that is not worth a wait.</summary>
internal static class Waiting
{
    [ThreadStatic]
    private static bool _isForbidden;

    /// <summary>What to call before waiting: throws <see cref="MustWaitException"/> where it is forbidden.</summary>
    /// <param name="beforeWaiting">Gives what ends a wait on the thread of an operation.</param>
    /// <param name="stopped">Ends the waits of all other threads.</param>
    internal static Func<CancellationToken> Guard(
        Func<CancellationToken>? beforeWaiting, CancellationToken stopped) => () =>
    {
        if (_isForbidden)
        {
            throw new MustWaitException();
        }

        CancellationToken given = beforeWaiting?.Invoke() ?? CancellationToken.None;
        return given.CanBeCanceled ? given : stopped;
    };

    /// <summary>Runs something that may not wait.</summary>
    internal static void Forbid(Action run)
    {
        _isForbidden = true;
        try
        {
            run();
        }
        finally
        {
            _isForbidden = false;
        }
    }
}
