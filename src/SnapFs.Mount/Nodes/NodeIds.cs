namespace SnapFs.Mount.Nodes;

/// <summary>
/// How a node id is made: the upper 32 bits say which table knows the node. 0: the layout; 1: files with several
/// names; 2 and 3: paths through all snapshots, with their versions and with what was deleted; from 4: the slot of the directory that
/// holds the entry, whose ordinal plus 1 is the lower half.
/// </summary>
internal static class NodeIds
{
    internal const uint LayoutSlot = 0;
    internal const uint LinkSlot = 1;
    internal const uint VersionsSlot = 2;
    internal const uint DeletedSlot = 3;
    internal const uint FirstDirectorySlot = 4;

    internal static uint SlotOf(ulong id) => (uint)(id >> 32);

    internal static ulong Of(uint slot, long ordinal) => ((ulong)slot << 32) | (uint)(ordinal + 1);

    /// <summary>The ordinal in the lower half; -1 for an id that no node has.</summary>
    internal static long OrdinalOf(ulong id) => (long)(id & uint.MaxValue) - 1;
}
