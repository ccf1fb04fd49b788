namespace SnapFs.Snapshots;

/// <summary>What is known of a volume dump that was cut off: its snapshot has only what came whole before the end.</summary>
/// <param name="WholeLength">Bytes of the dump up to the end of its last whole vnode.</param>
/// <param name="LostNames">Names in directories that lead to vnodes which the dump did not reach.</param>
public sealed record DumpSalvage(long WholeLength, long LostNames);
