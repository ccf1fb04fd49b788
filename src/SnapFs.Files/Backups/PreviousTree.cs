using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Files.Backups;

/// <summary>The tree that unchanged files and directories are taken from.</summary>
/// <param name="Pages">Gives its pages: a <see cref="Caches.WalkCache"/>, or the repository with read keys.</param>
/// <param name="Root">The root page of its <c>/</c>.</param>
/// <param name="IsListed">Whether its snapshot was still listed after this run put its lease. If not, every chunk
/// that is taken over is looked up first, and written again if it is gone.</param>
public sealed record PreviousTree(ITreePages Pages, ChunkRef Root, bool IsListed);
