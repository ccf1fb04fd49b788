using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Counts of one worker. Written by that worker alone; others may read at any time.</summary>
internal sealed class WalkCounters
{
    public long Entries;
    public long Files;
    public long Directories;
    public long Bytes;
    public long FilesNew;
    public long FilesChanged;
    public long FilesUnchanged;
    public long BytesRead;
    public long Vanished;
    public bool HasXattrs;
    public bool HasAcls;

    /// <summary>Remembers that there are attributes, so that a mount need not be asked for each file.</summary>
    public void CountXattrs(in NodeView node)
    {
        if (node.Xattrs.IsEmpty)
        {
            return;
        }

        HasXattrs = true;
        XattrReader xattrs = new(node.Xattrs);
        while (!HasAcls && xattrs.Next())
        {
            HasAcls = xattrs.Name.StartsWith("system.posix_acl_"u8);
        }
    }
}
