namespace SnapFs;

/// <summary>
/// The root of intended failures. The message is one line for the user: what, where and what to do next. Anything
/// thrown that does not derive from this is a bug and is reported with its trace.
/// </summary>
public abstract class SnapFsException : Exception
{
    /// <param name="message">One line: the object, what was expected, what was found, what the user can do.</param>
    /// <param name="innerException">The cause, shown only with <c>--debug</c>.</param>
    protected SnapFsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>What happened.</summary>
    public abstract ErrorKind Kind { get; }

    /// <summary>The file that it is about, raw; empty if it is about none or the message alone says so.</summary>
    public ReadOnlyMemory<byte> Path { get; init; }

    /// <summary>The Linux error number of the call that failed; 0 if none did or it is not known.</summary>
    public int Errno { get; init; }

    /// <summary>Whether one stored object is at fault while others can be had, so that whoever works through many goes on.</summary>
    public bool IsOfOneObject => Kind == ErrorKind.Damaged || this is IObjectFailure;

    /// <summary>Whether the same call may succeed when it is repeated.</summary>
    public virtual bool IsTransient => false;
}
