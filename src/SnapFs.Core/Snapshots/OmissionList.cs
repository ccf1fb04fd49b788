using System.Runtime.InteropServices;

namespace SnapFs.Snapshots;

/// <summary>Collects what a snapshot lacks, in bounded memory. Safe for concurrent use.</summary>
/// <remarks>Each kind has a room of its own, so that a hundred thousand excluded files cannot push out the one directory
/// that could not be read.</remarks>
public sealed class OmissionList
{
    private readonly Lock _lock = new();
    private readonly List<Omission> _listed = [];
    private readonly Dictionary<OmissionKind, Room> _rooms = [];
    private int _bytes;

    /// <summary>What was added and had room, in no order.</summary>
    public IReadOnlyList<Omission> Listed
    {
        get
        {
            lock (_lock)
            {
                return [.. _listed];
            }
        }
    }

    /// <summary>How many of each kind had no room; kinds of which all had are not in it.</summary>
    public IReadOnlyDictionary<OmissionKind, long> More
    {
        get
        {
            lock (_lock)
            {
                return _rooms.Where(room => room.Value.More > 0)
                    .ToDictionary(room => room.Key, room => room.Value.More);
            }
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="path">The recorded path, absolute and raw.</param>
    /// <param name="kind">Why it is missing.</param>
    public void Add(ReadOnlySpan<byte> path, OmissionKind kind)
    {
        ReadOnlySpan<byte> recorded = RecordedPath.Fit(path);
        lock (_lock)
        {
            ref Room room = ref CollectionsMarshal.GetValueRefOrAddDefault(_rooms, kind, out _);
            if (room.More == 0
                && _listed.Count < SnapshotLimits.MaxOmissions
                && room.Count < SnapshotLimits.MaxOmissionsOfKind
                && room.Bytes + recorded.Length <= SnapshotLimits.MaxOmissionBytesOfKind
                && _bytes + recorded.Length <= SnapshotLimits.MaxOmissionBytes)
            {
                _listed.Add(new Omission(recorded.ToArray(), kind));
                room = room with { Count = room.Count + 1, Bytes = room.Bytes + recorded.Length };
                _bytes += recorded.Length;
            }
            else
            {
                room = room with { More = room.More + 1 };
            }
        }
    }

    private readonly record struct Room(int Count, int Bytes, long More);
}
