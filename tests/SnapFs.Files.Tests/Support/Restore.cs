using SnapFs.Caches;
using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Tests.Support;

/// <summary>Short ways to restore.</summary>
internal static class Restore
{
    public static RestoreOptions Into(string target, BackupResult backup) => new()
    {
        Target = target,
        Sources = backup.Paths,
        Threads = 3,
    };

    /// <summary>Restores a whole snapshot, or a path in it.</summary>
    public static RestoreResult Run(MemorySink sink, BackupResult backup, RestoreOptions options, string path = "/")
    {
        MemorySource source = new(sink);
        using FrameCache frames = source.NewCache();
        RestoreRun run = new(options, sink, frames, source);
        if (path == "/")
        {
            return run.Run(backup.RootNode, null, "/"u8.ToArray(), CancellationToken.None);
        }

        NodeView parent = Backup.Node(sink, backup, Path.GetDirectoryName(path) ?? "/");
        byte[] name = RawPath.FromText(Path.GetFileName(path));
        Assert.True(DirectoryCursor.TryFind(sink, parent.Tree, name, out TreePage page, out int index, out _));
        return run.Run(page.Node(index).Raw.ToArray(), page, RawPath.FromText(path), CancellationToken.None);
    }
}
