namespace SnapFs.Owners;

/// <summary>The users and groups of this system. Safe for concurrent use.</summary>
public interface IUserDatabase
{
    /// <summary>Finds the number of the user with a raw name.</summary>
    bool TryFindUser(ReadOnlySpan<byte> name, out uint id);

    /// <summary>Finds the number of the group with a raw name.</summary>
    bool TryFindGroup(ReadOnlySpan<byte> name, out uint id);

    /// <summary>Whether a user has this number.</summary>
    bool HasUser(uint id);

    /// <summary>Whether a group has this number.</summary>
    bool HasGroup(uint id);
}
