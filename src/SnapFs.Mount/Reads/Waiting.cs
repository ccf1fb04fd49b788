namespace SnapFs.Mount.Reads;

/// <summary>Keeps what a thread does beside its task from waiting: that is not worth a wait.</summary>
internal static class Waiting
{
    [ThreadStatic]
    private static bool _isForbidden;

    /// <summary>What to call before waiting: throws <see cref="MustWaitException"/> where it is forbidden.</summary>
    internal static Action Guard(Action? beforeWaiting) => () =>
    {
        if (_isForbidden)
        {
            throw new MustWaitException();
        }

        beforeWaiting?.Invoke();
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
