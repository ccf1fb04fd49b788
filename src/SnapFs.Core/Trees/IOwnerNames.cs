namespace SnapFs.Trees;

/// <summary>Names for numeric owners, recorded beside the numbers so that a restore can match by name.</summary>
public interface IOwnerNames
{
    /// <summary>The raw name of a user; empty if the id has none.</summary>
    ReadOnlySpan<byte> UserName(uint id);

    /// <summary>The raw name of a group; empty if the id has none.</summary>
    ReadOnlySpan<byte> GroupName(uint id);
}
