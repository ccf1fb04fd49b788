namespace SnapFs.Jobs.Volumes;

/// <summary>What is wrong with a command that wrote a dump.</summary>
/// <param name="Message">For the line on standard error.</param>
/// <param name="IsFatal">Whether the dump must not be taken in, even if it looks whole.</param>
internal sealed record DumpComplaint(string Message, bool IsFatal);
