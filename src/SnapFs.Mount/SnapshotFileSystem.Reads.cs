using SnapFs.Caches;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Reads;
using SnapFs.Trees;

namespace SnapFs.Mount;

/// <content>The bytes of files.</content>
public sealed partial class SnapshotFileSystem
{
    /// <summary>Hands out bytes of a file, fewer than asked for only at its end.</summary>
    /// <param name="nodeId">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="sink">Gets the pieces; on an exception it holds those before the failure.</param>
    public MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (FindPlace(nodeId) is { } place)
        {
            return ReadPlace(place, offset, length, ref sink);
        }

        MountStatus status = Open(nodeId, out OpenFile? file);
        if (file is null)
        {
            return status;
        }

        // What follows is asked for first, so that it is decoded beside what is wanted now.
        file.ReadAhead(offset, length);
        if (offset == 0 && file.Owner is not SnapshotView)
        {
            _nextFiles.Begin(file.Owner as DirectorySlot, file);
        }

        file.Content.Read(offset, length, ref sink);
        return MountStatus.Done;
    }

    /// <summary>Hands small files over from now on, before readers that go through a tree ask for them.</summary>
    /// <param name="target">Gets them until this object is disposed.</param>
    public void StartPreloading(IPreloadTarget target) =>
        _nextFiles.Preloader = new Preloader(_frames, _pages, _slots, target);

    /// <summary>Finds the next data or the next hole at or after an offset.</summary>
    public MountStatus Seek(ulong nodeId, long offset, bool forData, out long result)
    {
        result = 0;
        if (FindPlace(nodeId) is not null)
        {
            return MountStatus.NotSupported;
        }

        MountStatus status = Open(nodeId, out OpenFile? file);
        if (file is null)
        {
            return status;
        }

        result = offset < 0 ? -1 : forData ? file.Content.NextData(offset) : file.Content.NextHole(offset);
        return result < 0 ? MountStatus.PastTheEnd : MountStatus.Done;
    }

    private MountStatus Open(ulong nodeId, out OpenFile? file)
    {
        uint number = NodeIds.SlotOf(nodeId);
        object? owner = number switch
        {
            NodeIds.LayoutSlot => _layout.Find(nodeId)?.Snapshot,
            NodeIds.LinkSlot => _links.Find(nodeId),
            _ => _slots.Find(number),
        };
        file = owner is null ? null : _openFiles.Find(nodeId, owner);
        if (file is not null)
        {
            return MountStatus.Done;
        }

        MountStatus status = Resolve(nodeId, out ResolvedNode resolved);
        if (status != MountStatus.Done)
        {
            return status;
        }

        if (resolved.Node.Type != NodeType.File)
        {
            return resolved.Node.Type == NodeType.Directory ? MountStatus.IsADirectory : MountStatus.Invalid;
        }

        ContentReader content = ContentReader.Open(_frames, in resolved.Node);
        file = new OpenFile(nodeId, resolved.Owner, content, resolved.Directory!, resolved.Ordinal);
        _openFiles.Add(file);
        return MountStatus.Done;
    }

    private MountStatus ReadPlace<TSink>(VirtualNode place, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (place.Dump is { } dump)
        {
            _openDumps.Read(dump, offset, length, ref sink);
            return MountStatus.Done;
        }

        if (place.Content is not { } content)
        {
            return place.IsDirectory ? MountStatus.IsADirectory : MountStatus.Invalid;
        }

        int start = (int)Math.Min(offset, content.Length);
        sink.Bytes(content.AsSpan(start, Math.Min(length, content.Length - start)));
        return MountStatus.Done;
    }
}
