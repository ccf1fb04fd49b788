namespace SnapFs.Afs.Acls;

/// <summary>The ids that every cell has.</summary>
public static class AfsIds
{
    /// <summary><c>system:administrators</c>.</summary>
    public const int Administrators = -204;

    /// <summary><c>system:anyuser</c>: everyone.</summary>
    public const int AnyUser = -101;

    /// <summary><c>system:authuser</c>: everyone with a ticket of the cell.</summary>
    public const int AuthenticatedUser = -102;

    /// <summary><c>anonymous</c>: whoever has no ticket.</summary>
    public const int Anonymous = 32766;
}
