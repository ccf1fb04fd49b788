namespace SnapFs.Storage;

/// <summary>An object of that name is stored already; its content may be another.</summary>
public sealed class ObjectExistsException(ObjectName name)
    : SnapFsException($"{name} exists already; stored objects are never changed.", null)
{
    /// <summary>The name that is taken.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.Failed;
}
