namespace SnapFs.Owners;

/// <summary>Who an archived owner is here. A restore and a mount ask this in the same way, of a file's owner and group and of those
/// whom its access lists name.</summary>
/// <param name="Id">The number here.</param>
/// <param name="IsByName">Whether its name said so, and not only its number.</param>
/// <param name="IsTaken">Whether only the number says so, and somebody here has it, who may be another.</param>
public readonly record struct MappedOwner(uint Id, bool IsByName, bool IsTaken = false)
{
    /// <summary>The user and the group that own what nobody else here may: root, to whom nothing is refused anyway. Linux has a number
    /// for nobody, but there are users of that name.</summary>
    public const uint StandIn = 0;

    /// <summary>The number, unless it may be somebody else's: for a list that is kept and passed on.</summary>
    public uint? Certain => IsTaken ? null : Id;

    /// <summary>The number if the name says so: for a list that lets users in, who may have a number without having a name.</summary>
    public uint? Proved => IsByName ? Id : null;

    /// <summary>This owner, or root in its place where somebody else may have its number.</summary>
    public MappedOwner OrStandIn => IsTaken ? this with { Id = StandIn } : this;

    /// <summary>Looks an owner up: a name that is known here gives its number, without one the archived number stands.</summary>
    /// <param name="database">The users of this system.</param>
    /// <param name="id">The archived number.</param>
    /// <param name="name">The raw name it had; empty if it had none.</param>
    /// <param name="isUser">Whether it is a user, or a group.</param>
    public static MappedOwner Find(IUserDatabase database, uint id, ReadOnlySpan<byte> name, bool isUser)
    {
        uint found = 0;
        bool isKnown = !name.IsEmpty && !name.Contains((byte)0)
            && (isUser ? database.TryFindUser(name, out found) : database.TryFindGroup(name, out found));
        return isKnown
            ? new MappedOwner(found, IsByName: true)
            : new MappedOwner(id, IsByName: false, isUser ? database.HasUser(id) : database.HasGroup(id));
    }
}
