namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>
/// The documented exit codes, written out again: the tests see only what a script that calls the program sees.
/// </summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Partial = 3;
    public const int OtherDumpNeeded = 5;
    public const int NoRepository = 10;
    public const int WrongKey = 12;
    public const int Damaged = 13;
    public const int StorageUnavailable = 14;
}
