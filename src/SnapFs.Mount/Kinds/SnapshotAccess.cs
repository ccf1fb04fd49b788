using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Kinds;

/// <summary>Who may use the files of one snapshot where something else than their modes decides. Safe for concurrent use.
/// </summary>
public abstract class SnapshotAccess
{
    /// <summary>What holds where no directory says anything: nobody but the user who mounts.</summary>
    public abstract NodeAccess Closed { get; }

    /// <summary>What a directory says of itself and of the files in it. Equal directories have the same object.</summary>
    /// <exception cref="DamagedException">What it takes to know is damaged.</exception>
    public abstract NodeAccess AccessTo(in NodeView directory);
}

/// <summary>Who may use a directory and the files in it, in the kernel's terms. Immutable.</summary>
public abstract class NodeAccess
{
    /// <summary>Whether the list that says who may use a node is longer than the kernel takes. The kernel then lets everybody use
    /// it, and each look-up of it has to be judged by <see cref="Admits"/>.</summary>
    public abstract bool IsTooLong(in NodeView node);

    /// <summary>Whether a user may use a node whose list is too long for the kernel.</summary>
    /// <param name="node">The directory, or a file in it.</param>
    /// <param name="owner">Who owns it here.</param>
    /// <param name="user">Who asks; neither root nor the user who mounts.</param>
    public abstract bool Admits(in NodeView node, in MappedOwner owner, uint user);

    /// <summary>Says who may use a node in the kernel's terms.</summary>
    /// <param name="node">The directory, or a file in it.</param>
    /// <param name="owner">Who owns it here.</param>
    /// <param name="mountingUser">Who may read everything. Root need not be named: nothing is refused to it.</param>
    /// <param name="list">The access list of Linux; null if the mode says it all.</param>
    /// <returns>The mode.</returns>
    public abstract uint Enforce(in NodeView node, in MappedOwner owner, uint mountingUser, out byte[]? list);
}
