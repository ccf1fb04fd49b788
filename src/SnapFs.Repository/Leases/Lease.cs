using SnapFs.Objects;

namespace SnapFs.Repository.Leases;

/// <summary>One heartbeat of a run.</summary>
internal sealed record Lease
{
    /// <summary>The domain it writes in.</summary>
    public required ShortId Domain { get; init; }

    /// <summary>Names the run.</summary>
    public required ShortId Run { get; init; }

    /// <summary>Counts the heartbeats of the run, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>Who signed it.</summary>
    public required ShortId Signer { get; init; }

    /// <summary>What the run does. An unknown kind still protects what it uses.</summary>
    public required LeaseKind Kind { get; init; }

    /// <summary>Whether the run is over.</summary>
    public required bool HasEnded { get; init; }

    /// <summary>By the clock of the machine that runs: for people, not for decisions.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the storage took in the first one of the run; null in that.</summary>
    public DateTimeOffset? FirstReceived { get; init; }

    /// <summary>The snapshots that the run made since the heartbeat before.</summary>
    public IReadOnlyList<ObjectId> Snapshots { get; init; } = [];

    /// <summary>The hash of what the run found in <c>gc/</c> when it began; null in the first one.</summary>
    public ObjectId? Marks { get; init; }
}
