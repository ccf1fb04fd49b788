using SnapFs.Files.Restores;
using SnapFs.Jobs.References;

namespace SnapFs.Jobs.Restores;

/// <summary>What to restore where.</summary>
/// <param name="Reference">What to restore.</param>
/// <param name="Host">Whose newest snapshot <c>latest</c> is; null for <paramref name="ThisHost"/>'s.</param>
/// <param name="ThisHost">The name of this machine.</param>
/// <param name="Options">Where and how; what the snapshot says is filled in once it is known.</param>
public sealed record RestoreRequest(SnapshotReference Reference, string? Host, string ThisHost, RestoreOptions Options)
{
    /// <summary>Where a time in <see cref="Reference"/> is that does not say it.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether what the snapshot lacks is removed even where it does not say all that the backup could not read.</summary>
    public bool DeletesPartial { get; init; }
}
