namespace SnapFs.Agent.Scanning;

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
    public bool HasXattrs;
}
