using SnapFs.Owners;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>How the kernel is served.</summary>
public sealed record FuseSettings
{
    /// <summary>Requests that may wait at once, each on a thread, for the storage, a decode or the name service.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount * 4, 8, 32);

    /// <summary>Threads that are there beside these, for what waits for nothing.</summary>
    internal const int Reserve = 2;

    /// <summary>Whose users own the files; the C library's unless given.</summary>
    public IUserDatabase? Users { get; init; }
}
