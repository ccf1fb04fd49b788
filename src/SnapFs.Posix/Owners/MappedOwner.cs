namespace SnapFs.Posix.Owners;

/// <summary>Who an archived owner is here.</summary>
/// <param name="Id">The number here.</param>
/// <param name="IsByName">Whether its name said so, and not only its number.</param>
/// <param name="IsTaken">Whether only the number says so, and somebody here has it, who may be another.</param>
internal readonly record struct MappedOwner(uint Id, bool IsByName, bool IsTaken)
{
    /// <summary>The number, unless it may be somebody else's.</summary>
    public uint? Certain => IsTaken ? null : Id;
}
