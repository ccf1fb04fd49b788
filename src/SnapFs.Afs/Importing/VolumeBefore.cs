using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>The snapshot that an increment is applied on.</summary>
/// <param name="Root">Its root page.</param>
/// <param name="Pages">Where its pages come from.</param>
/// <param name="Frames">Where its chunks come from.</param>
public sealed record VolumeBefore(ChunkRef Root, ITreePages Pages, FrameCache Frames);
