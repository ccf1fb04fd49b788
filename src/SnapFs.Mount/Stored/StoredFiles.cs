using SnapFs.Caches;
using SnapFs.Mount.Reads;

namespace SnapFs.Mount.Stored;

/// <summary>The bytes of archived files, read ahead of their readers.</summary>
internal sealed class StoredFiles(FrameCache frames, NextFiles nextFiles)
{
    private readonly OpenFiles _open = new();

    /// <summary>A file that was read lately; null if it was not.</summary>
    internal OpenFile? Find(ulong nodeId, object owner) => _open.Find(nodeId, owner);

    /// <summary>Prepares to read a file.</summary>
    internal OpenFile Open(ulong nodeId, in ResolvedNode resolved)
    {
        ContentReader content = ContentReader.Open(frames, in resolved.Node);
        OpenFile file = new(nodeId, resolved.Owner, content, resolved.Directory!, resolved.Ordinal);
        _open.Add(file);
        return file;
    }

    /// <summary>Hands out bytes of a file.</summary>
    internal void Read<TSink>(OpenFile file, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        // What follows is asked for first, so that it is decoded beside what is wanted now.
        file.ReadAhead(offset, length);
        if (offset == 0 && file.Owner is not SnapshotView)
        {
            nextFiles.Begin(file.Owner as DirectorySlot, file);
        }

        file.Content.Read(offset, length, ref sink);
    }
}
