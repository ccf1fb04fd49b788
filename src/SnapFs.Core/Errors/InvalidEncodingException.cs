namespace SnapFs;

/// <summary>
/// Bytes do not parse. Decoders throw it without knowing where the bytes came from; the caller that knows turns it
/// into a <see cref="DamagedException"/> that names the object.
/// </summary>
public sealed class InvalidEncodingException : SnapFsException
{
    /// <param name="finding">What is wrong, for example <c>a length of 9 passes the end</c>.</param>
    public InvalidEncodingException(string finding)
        : base(finding)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
