namespace SnapFs.Afs.Dumps;

/// <summary>The first section of a dump.</summary>
/// <remarks>Names are bytes taken for Latin-1, so that every name comes out as it went in.</remarks>
public sealed record DumpHeader
{
    /// <summary>The id of the volume dumped; of a clone it is the clone's.</summary>
    public uint VolumeId { get; init; }

    /// <summary>The name, with <c>.backup</c> or <c>.readonly</c> if <c>vos</c> was given that.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is covered; <c>vos</c> writes exactly one.</summary>
    public IReadOnlyList<DumpInterval> Intervals { get; init; } = [];
}
