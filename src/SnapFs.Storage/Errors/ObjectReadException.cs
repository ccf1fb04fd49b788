namespace SnapFs.Storage;

/// <summary>One object cannot be read, for want of permission or because its part of the disk fails. Others can; it may be
/// whole.</summary>
public sealed class ObjectReadException(ObjectName name, string location, Exception cause, bool isTransient)
    : StorageUnavailableException($"{name} below {location} cannot be read: {cause.Message}", cause, isTransient), IObjectFailure
{
    /// <summary>The object.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public string Subject => Name.RelativePath;
}
