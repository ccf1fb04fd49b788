using SnapFs.Afs.Chains;
using SnapFs.Afs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>Says what is wrong in a volume, and where.</summary>
internal static class ProblemText
{
    /// <summary>The name in question, or the vnode if none is, as a path in the volume.</summary>
    public static byte[] PathOf(TreeProblem problem, VolumeTree tree, VnodeTable state)
    {
        bool hasName = !problem.Name.IsEmpty;
        int index = state.IndexOf(hasName ? problem.Directory : problem.Vnode);
        byte[] path = index < 0 ? [] : tree.PathOf(index);
        byte[] absolute = path.Length == 0 ? [] : [(byte)'/', .. path];
        return hasName ? [.. absolute, (byte)'/', .. problem.Name.Span] : absolute;
    }

    /// <summary>The path of a name that leads to what was not reached.</summary>
    public static byte[] PathOf(LostName name, VolumeTree tree)
    {
        byte[] directory = tree.PathOf(name.Directory);
        return directory.Length == 0 ? [(byte)'/', .. name.Name.Span] : [(byte)'/', .. directory, (byte)'/', .. name.Name.Span];
    }

    /// <summary>What is wrong with such a name.</summary>
    public static string Of(LostName name) => $"vnode {name.Vnode}.{name.Uniq} was not reached; the name is left out";

    /// <summary>What is wrong there.</summary>
    public static string Of(TreeProblem problem)
    {
        string vnode = $"{problem.Vnode}.{problem.Uniq}";
        return problem.Kind switch
        {
            TreeProblemKind.MissingVnode => $"the volume has no vnode {vnode}; the name is left out",
            TreeProblemKind.OtherUniq => $"the name is of vnode {vnode}, which is gone; it is left out",
            TreeProblemKind.DirectoryNamedTwice => $"this is a second name of directory {vnode}; it is left out",
            TreeProblemKind.NameTwice => $"the name is there twice; that of vnode {vnode} is left out",
            TreeProblemKind.DamagedDirectory => $"directory {vnode} is damaged: {problem.Finding}",
            TreeProblemKind.OddName => $"{problem.Finding}; vnode {vnode} is shown under this one",
            TreeProblemKind.Orphan => $"no directory names vnode {vnode}; it is below orphans",
            TreeProblemKind.Loop => $"directories name each other in a circle; {vnode} is below orphans",
            _ => throw new ArgumentOutOfRangeException(nameof(problem), problem.Kind, "not a kind of problem"),
        };
    }
}
