using SnapFs.Chunks;

namespace SnapFs.Afs.Importing;

/// <summary>How a dump is taken in.</summary>
public sealed record VolumeImportOptions
{
    /// <summary>Where the scratch file is made; on a disk with room for the metadata of the volume.</summary>
    public required string ScratchDirectory { get; init; }

    /// <summary>Makes a path fit for a line of text.</summary>
    public required Func<byte[], string> PathText { get; init; }

    /// <summary>Gets each problem as it is found; null wants none.</summary>
    public Action<Problem>? OnProblem { get; init; }

    /// <summary>Whether a dump that is damaged or cut off is taken in as far as it goes.</summary>
    public bool Salvage { get; init; }

    /// <summary>Gets each name that leads to what was not reached of such a dump; null wants none.</summary>
    public Action<Problem>? OnLost { get; init; }

    /// <summary>Keeps what the import of the next increment will read of the state that this one makes; null if the repository can
    /// be read then.</summary>
    public IChunkKeeper? Keeper { get; init; }

    /// <summary>Threads that put chunks.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
