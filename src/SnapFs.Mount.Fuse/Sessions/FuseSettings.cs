using SnapFs.Mount.Owners;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>How the kernel is served.</summary>
public sealed record FuseSettings
{
    /// <summary>Threads that answer requests; each may wait for the storage.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);

    /// <summary>Whose users own the files; the C library's unless given.</summary>
    public IUserDatabase? Users { get; init; }
}
