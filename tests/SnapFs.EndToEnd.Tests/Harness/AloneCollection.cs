namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>
/// The tests that run while no other does: they kill at random moments of a time that they have measured, measure memory, stop a
/// process or take a drive away under a deadline, or change the users of this machine.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
