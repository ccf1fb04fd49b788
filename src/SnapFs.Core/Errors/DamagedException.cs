namespace SnapFs;

/// <summary>Bytes that came from storage are not what a writer of this repository put there.</summary>
public sealed class DamagedException : SnapFsException
{
    /// <param name="subject">The object that is damaged, as the user can find it: <c>packs/3f/3f9a…</c>.</param>
    /// <param name="finding">What is wrong with it, without a full stop.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public DamagedException(string subject, string finding, Exception? innerException = null)
        : base($"{subject} is damaged: {finding}", innerException)
    {
        Subject = subject;
        Finding = finding;
    }

    /// <summary>The object that is damaged.</summary>
    public string Subject { get; }

    /// <summary>What is wrong with it.</summary>
    public string Finding { get; }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
