using SnapFs.Caches;
using SnapFs.Mount.Kinds;

namespace SnapFs.Mount;

/// <summary>What a mount shows, to whom, and what it may use.</summary>
public sealed record MountOptions
{
    /// <summary>The path of what is mounted, which the mount table names as the source; null if it has none.</summary>
    public string? Source { get; init; }

    /// <summary>Whether users other than the one who mounts may enter; archived owners and modes then decide.</summary>
    public bool AllowOther { get; init; }

    /// <summary>With <see cref="AllowOther"/>, the hosts whose snapshots other users see.</summary>
    public IReadOnlyCollection<string> UsersOf { get; init; } = [];

    /// <summary>Makes the kinds of snapshots that are shown in their own way; the first that takes a snapshot counts.</summary>
    public IReadOnlyList<Func<MountServices, SnapshotKind>> Kinds { get; init; } = [];

    /// <summary>Whether programs in it may not be executed.</summary>
    public bool NoExec { get; init; }

    /// <summary>The user who mounts; owns the directories that are not archived.</summary>
    public uint UserId { get; init; }

    /// <summary>The group of the user who mounts.</summary>
    public uint GroupId { get; init; }

    /// <summary>Bytes of decoded frames to keep.</summary>
    public long FrameCacheBytes { get; init; } = FrameCache.DefaultCapacity;

    /// <summary>Bytes of parsed tree pages to keep.</summary>
    public long TreeCacheBytes { get; init; } = TreePageCache.DefaultCapacity;

    /// <summary>Threads that decode ahead of the readers.</summary>
    public int PrefetchThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Called on the thread of an operation before it waits for the storage or a decode, and gives what ends that
    /// wait; may be called more than once an operation.</summary>
    public Func<CancellationToken>? BeforeWaiting { get; init; }

    /// <summary>How often new snapshots are looked for when nobody asks; seldomer the longer nobody does.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tells the time; ages in <c>.snapfs/status</c> follow it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
