using SnapFs.Binary;
using SnapFs.Posix.Files;
using SnapFs.Sizes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

internal sealed partial class DirectoryTask
{
    private DirectoryEncoder? _encoder;
    private int _assembling = -1;
    private long _unchanged;

    /// <summary>Whether entries that were taken over could not be had a second time: then the directory is not whole.</summary>
    private bool _isReplayLost;
    private long _subtreeEntries;
    private long _subtreeBytes;
    private TreePage? _checkedPage;
    private uint _checkedUser;
    private uint _checkedGroup;

    private bool IsListed => _services.MayInherit;

    /// <summary>Takes the nodes of the window in order. As long as they are those of the tree before, nothing is
    /// encoded.</summary>
    private void Assemble(WorkerContext context)
    {
        if (_previous is null || !IsListed)
        {
            StartEncoding();
        }

        int error = 0;
        if (_handle is not null)
        {
            error = _handle.Acquire(out _assembling);
        }

        if (error != 0)
        {
            Report(default, OmissionKind.UnreadableDirectory, error, "cannot open the directory again");
            _assembling = Interop.Libc.AT_FDCWD; // not used: files fail below, each with its own message
        }

        try
        {
            int directory = 0;
            for (int entry = _windowStart; entry < _windowEnd; entry++)
            {
                byte[]? result = _listing.IsDirectory(entry) ? _results[directory++] : null;
                if (error == 0 || _listing.IsDirectory(entry) || _source?.Child(_listing.Name(entry)) is not null)
                {
                    TakeEntry(context, entry, result);
                }

                if (context.Batch.IsFull)
                {
                    TakeBatch(context);
                }
            }

            TakeBatch(context);
        }
        finally
        {
            if (_handle is not null && error == 0)
            {
                _handle.Release();
            }
        }
    }

    /// <summary>Takes one entry; what cannot be recorded of it costs this entry.</summary>
    private void TakeEntry(WorkerContext context, int entry, byte[]? directory)
    {
        try
        {
            if (_listing.IsDirectory(entry))
            {
                TakeDirectory(context, entry, directory);
            }
            else
            {
                TakeFile(context, entry);
            }
        }
        catch (Exception e) when (!_isReplayLost && _services.IsOfEntry(e))
        {
            ReportFailure(_listing.Name(entry), e);
            StartEncoding();
        }
    }

    private void TakeDirectory(WorkerContext context, int entry, byte[]? result)
    {
        bool wasThere = MoveTo(_listing.Name(entry));
        if (result is null)
        {
            StartEncodingIf(wasThere);
            return;
        }

        context.Counters.Entries++;
        context.Counters.Directories++;
        if (ReferenceEquals(result, s_unchanged) && wasThere && _previous is not null)
        {
            TakeUnchanged(context, _previous.Node);
            return;
        }

        StartEncoding();
        NodeView node = NodeCodec.Read(result);
        AddEncoded(context, in node);
        CountSubtree(in node);
        context.Counters.CountXattrs(in node);
    }

    private void TakeFile(WorkerContext context, int entry)
    {
        _walk.Pool.ThrowIfStopped();
        bool wasThere = MoveTo(_listing.Name(entry));
        int error = Look(entry, out FileStat stat);
        if (error != 0 || stat.Type is 0 or NodeType.Directory || IsMountedOver(entry, in stat))
        {
            ReportMissing(context, entry, error, in stat);
            StartEncodingIf(wasThere);
            return;
        }

        if (stat.Type == NodeType.File && stat.Size > _services.MaxFileSize)
        {
            _services.Omissions.Add(PathOf(_listing.Name(entry)), OmissionKind.Other);
            StartEncodingIf(wasThere);
            return;
        }

        context.Counters.Entries++;
        if (wasThere && _previous is not null)
        {
            NodeView before = _previous.Node;
            if (Unchanged.IsContent(_services, in before, in stat) && Unchanged.IsStored(_services, in before))
            {
                context.Counters.Files += stat.Type == NodeType.File ? 1 : 0;
                context.Counters.Bytes = Saturating.Add(
                    context.Counters.Bytes, stat.Type == NodeType.File ? stat.Size : 0);
                context.Counters.FilesUnchanged += stat.Type == NodeType.File ? 1 : 0;
                if (Unchanged.IsNode(in before, in stat))
                {
                    TakeUnchanged(context, in before);
                }
                else
                {
                    TakeSameContent(context, entry, in before, in stat);
                }

                return;
            }
        }

        StartEncoding();
        context.Batch.AddRead(entry, in stat, isNew: !wasThere);
    }

    /// <summary>Whether a file is another one that is mounted there and is to be left out.</summary>
    private bool IsMountedOver(int entry, in FileStat stat) => _services.OneFileSystem
        && stat.IsMountRoot
        && _source?.Child(_listing.Name(entry)) is null;

    private void ReportMissing(WorkerContext context, int entry, int error, in FileStat stat)
    {
        ReadOnlySpan<byte> name = _listing.Name(entry);
        if (error == Interop.Libc.ENOENT && _source?.Child(name) is null)
        {
            ReportVanished(context, name);
        }
        else if (error != 0)
        {
            Report(name, OmissionKind.UnreadableFile, error, "cannot look at it");
        }
        else if (stat.Type is 0 or NodeType.Directory)
        {
            Report(name, OmissionKind.Replaced, 0, "was replaced while the backup ran");
        }
        else
        {
            _services.Omissions.Add(PathOf(name), OmissionKind.OtherFileSystem);
        }
    }

    private int Look(int entry, out FileStat stat)
    {
        if (_source?.Child(_listing.Name(entry)) is SourceNode named)
        {
            return FileStat.At(Interop.Libc.AT_FDCWD, in named.NativePath[0], out stat);
        }

        return FileStat.At(_assembling, in _listing.NativeName(entry), out stat);
    }

    /// <summary>Moves the tree before on to a name; names passed over are gone, so the directory has changed.</summary>
    private bool MoveTo(ReadOnlySpan<byte> name)
    {
        if (_previous is null)
        {
            return false;
        }

        bool isThere = _previous.MoveTo(name, out bool skipped, _onGone);
        StartEncodingIf(skipped || _previous.IsBroken);
        return isThere;
    }

    private void TakeUnchanged(WorkerContext context, in NodeView node)
    {
        if (_encoder is null && !OwnersAreNamedAsBefore(in node))
        {
            StartEncoding();
        }

        if (_encoder is null)
        {
            _unchanged++;
        }
        else
        {
            AddEncoded(context, in node);
        }

        CountSubtree(in node);
        context.Counters.CountXattrs(in node);
    }

    private void CountSubtree(in NodeView node)
    {
        bool isDirectory = node.Type == NodeType.Directory;
        _subtreeEntries = Saturating.Add(_subtreeEntries, isDirectory ? Saturating.Add(1, node.SubtreeEntries) : 1);
        _subtreeBytes = Saturating.Add(
            _subtreeBytes, isDirectory ? node.SubtreeBytes : node.Type == NodeType.File ? node.Size : 0);
    }

    /// <summary>The same file under other numbers: its data need not be read.</summary>
    private void TakeSameContent(WorkerContext context, int entry, in NodeView before, in FileStat stat)
    {
        NodeView node = NodeWriter.From(before.Name, in stat);
        node.Size = before.Size;
        node.ContentForm = before.ContentForm;
        node.Inline = before.Inline;
        node.ChunkList = before.ChunkList;
        node.Extents = before.Extents;
        node.Target = before.Target;
        node.DeviceNumber = before.DeviceNumber;
        node.Xattrs = before.Changed == stat.Changed ? before.Xattrs : ReadXattrsOf(context, entry);
        node.Extensions = before.Extensions;
        StartEncoding();
        ByteWriter raw = new();
        NodeCodec.Write(raw, in node, context.Scratch);
        AddEncoded(context, NodeCodec.Read(raw.Written));
        CountSubtree(in node);
        context.Counters.CountXattrs(in node);
    }

    /// <summary>The attributes of a file whose content is not read: only a ctime that is looked at vouches for them.</summary>
    private ReadOnlySpan<byte> ReadXattrsOf(WorkerContext context, int entry)
    {
        bool isNamed = _source?.Child(_listing.Name(entry)) is not null;
        byte[] named = isNamed ? _source!.Child(_listing.Name(entry))!.NativePath : []; // not null, see above
        int flags = Interop.Libc.O_PATH | Interop.Libc.O_NOFOLLOW;
        int fd = isNamed
            ? Descriptors.Open(Interop.Libc.AT_FDCWD, in named[0], flags)
            : Descriptors.Open(_assembling, in _listing.NativeName(entry), flags);
        context.Xattrs.Clear();
        if (fd >= 0)
        {
            context.Xattrs.Read(fd, isPathOnly: true);
            _ = Interop.Libc.close(fd);
        }

        int error = fd < 0 ? -fd : context.Xattrs.Error;
        if (error != 0)
        {
            Report(_listing.Name(entry), OmissionKind.UnreadableAttributes, error, context.Xattrs.Finding);
        }

        return context.Xattrs.Result;
    }

    private void AddEncoded(WorkerContext context, in NodeView node)
    {
        if (context.Batch.Count > 0)
        {
            context.Batch.AddReady(node.Raw); // files before it are still to be read
        }
        else
        {
            TakeEncoder().AddUnchanged(in node);
        }
    }

    private void TakeBatch(WorkerContext context)
    {
        NodeBatch batch = context.Batch;
        if (batch.Count == 0)
        {
            return;
        }

        _walk.Pool.ForEach(context, batch.RunCount, (helper, run) => batch.Read(helper, run, this));
        DirectoryEncoder encoder = TakeEncoder();
        for (int i = 0; i < batch.Count; i++)
        {
            NodeView node = default;
            try
            {
                if (batch.TryGet(i, out node, out bool isRead, out bool isNew))
                {
                    encoder.AddUnchanged(in node);
                    if (isRead)
                    {
                        CountRead(context.Counters, in node, isNew);
                    }
                }
            }
            catch (Exception e) when (_services.IsOfEntry(e))
            {
                ReadOnlySpan<byte> name = node.Name.IsEmpty ? _listing.Name(batch.EntryAt(i)) : node.Name;
                ReportFailure(name, e);
            }
        }

        batch.Clear();
    }

    private void CountRead(WalkCounters counters, in NodeView node, bool isNew)
    {
        CountSubtree(in node);
        counters.CountXattrs(in node);
        if (node.Type == NodeType.File)
        {
            counters.Files++;
            counters.Bytes = Saturating.Add(counters.Bytes, node.Size);
            counters.FilesNew += isNew ? 1 : 0;
            counters.FilesChanged += isNew ? 0 : 1;
        }
    }

    private bool OwnersAreNamedAsBefore(in NodeView node)
    {
        TreePage page = _previous?.Page ?? throw new InvalidOperationException("there is no tree before");
        if (ReferenceEquals(page, _checkedPage) && node.UserId == _checkedUser && node.GroupId == _checkedGroup)
        {
            return true;
        }

        _checkedPage = page;
        _checkedUser = node.UserId;
        _checkedGroup = node.GroupId;
        return page.UserName(node.UserId).SequenceEqual(_services.Owners.UserName(node.UserId))
            && page.GroupName(node.GroupId).SequenceEqual(_services.Owners.GroupName(node.GroupId));
    }

    private void StartEncodingIf(bool condition)
    {
        if (condition)
        {
            StartEncoding();
        }
    }

    /// <summary>From here on the directory differs from the tree before: what was equal so far is encoded.</summary>
    private void StartEncoding()
    {
        if (_encoder is not null)
        {
            return;
        }

        _encoder = _walk.RentEncoder();
        if (_unchanged > 0 && _previous is not null)
        {
            _isReplayLost = true;
            DirectoryCursor replay = _previous.Replay();
            for (long i = 0; i < _unchanged; i++)
            {
                if (!replay.Next())
                {
                    throw new InvalidEncodingException("a directory of the snapshot before has fewer entries than it had");
                }

                _encoder.AddUnchanged(replay.Node);
            }

            _isReplayLost = false;
        }
    }

    private DirectoryEncoder TakeEncoder() => _encoder
        ?? throw new InvalidOperationException("the directory has not been found to differ");
}
