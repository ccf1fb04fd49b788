using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Leases;

/// <summary>One heartbeat of a run.</summary>
public sealed record Lease
{
    /// <summary>32 random bytes that name the run.</summary>
    public required ObjectId RunId { get; init; }

    /// <summary>Counts the heartbeats of the run, from 0.</summary>
    public required int Sequence { get; init; }

    /// <summary>Who signed it.</summary>
    public required SignerId Signer { get; init; }

    /// <summary>What the run does. An unknown kind still protects what it uses.</summary>
    public required LeaseKind Kind { get; init; }

    /// <summary>By the clock of the machine that runs: for people, not for decisions.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether the run is over.</summary>
    public required bool HasEnded { get; init; }
}
