using SnapFs.Trees;

namespace SnapFs.Mount.Nodes;

/// <summary>What <c>stat</c> shows of a node.</summary>
/// <param name="Inode">Stable number, equal for the names of one hard-linked file and for every mount.</param>
/// <param name="Type">What it is.</param>
/// <param name="Mode">Permission, set-id and sticky bits, no file type.</param>
/// <param name="Links">Names the inode had on the source.</param>
/// <param name="UserId">Owner as this system numbers it.</param>
/// <param name="GroupId">Group as this system numbers it.</param>
/// <param name="Size">Apparent size, bytes.</param>
/// <param name="DataBytes">Bytes without the holes.</param>
/// <param name="DeviceNumber">Of a device: <c>major &lt;&lt; 32 | minor</c>.</param>
/// <param name="Modified">Last change of the content; also shown as the time of the last access.</param>
/// <param name="Changed">Last change of the status on the source.</param>
/// <param name="Birth">Creation on the source; null if it was not known there.</param>
public readonly record struct NodeAttributes(
    ulong Inode,
    NodeType Type,
    uint Mode,
    uint Links,
    uint UserId,
    uint GroupId,
    long Size,
    long DataBytes,
    ulong DeviceNumber,
    Timestamp Modified,
    Timestamp Changed,
    Timestamp? Birth);
