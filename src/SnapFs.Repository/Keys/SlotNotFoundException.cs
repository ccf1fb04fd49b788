namespace SnapFs.Repository.Keys;

/// <summary>No passphrase slot, or more than one, has this name.</summary>
public sealed class SlotNotFoundException : SnapFsException
{
    /// <param name="name">What was looked for.</param>
    public SlotNotFoundException(string name)
        : base($"not exactly one passphrase slot is called '{name}': 'snapfs key list' shows them")
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.NotFound;
}
