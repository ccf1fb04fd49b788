namespace SnapFs;

/// <summary>
/// The format cannot hold what was to be written: a name, a list of attributes or a text is beyond its limit. Encoders throw it
/// before anything is stored. Who described a file makes it a problem of that file.
/// </summary>
public sealed class EncodingLimitException : SnapFsException
{
    /// <param name="reason">What is beyond which limit, such as <c>the name has 300 bytes, more than 255</c>.</param>
    public EncodingLimitException(string reason)
        : base(reason)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Limit;
}
