namespace SnapFs;

/// <summary>An object was written by a newer SnapFs in a form that this one must not interpret.</summary>
public sealed class NewerFormatException : SnapFsException
{
    /// <param name="subject">The object, for example <c>config</c>.</param>
    /// <param name="what">What is newer, for example <c>format version 2</c>.</param>
    public NewerFormatException(string subject, string what)
        : base($"{subject} needs a newer snapfs: it has {what}, which this version does not know; update snapfs")
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.NewerFormat;
}
