using System.Globalization;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.References;

/// <summary>How snapshots are named for people.</summary>
public static class SnapshotNames
{
    /// <summary>The start time as the mount writes it: <c>2026-11-21T02-20-00Z</c>.</summary>
    public static string TimeOf(SnapshotHead snapshot) => snapshot.Started.ToDateTimeOffset().UtcDateTime
        .ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A name that <see cref="SnapshotReference"/> takes: <c>host:source@time</c>.</summary>
    public static string NameOf(SnapshotHead snapshot) => $"{snapshot.Host}:{snapshot.Source}@{TimeOf(snapshot)}";

    /// <summary>The digits of an id that tables show.</summary>
    public static string ShortId(SnapshotHead snapshot) => snapshot.Id.ToString()[..12];
}
