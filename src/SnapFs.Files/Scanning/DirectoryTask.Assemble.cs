using SnapFs.Binary;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

internal sealed partial class DirectoryTask
{
    private DirectoryEncoder? _encoder;
    private int _assembling = -1;
    private long _unchanged;
    private long _subtreeEntries;
    private long _subtreeBytes;
    private TreePage? _checkedPage;
    private uint _checkedUser;
    private uint _checkedGroup;

    private bool IsListed => _services.Previous is { IsListed: true };

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
            _services.Problems.Add(_path, $"cannot open the directory again: {Interop.Libc.Text(error)}");
            _assembling = Interop.Libc.AT_FDCWD; // not used: files fail below, each with its own message
        }

        try
        {
            int directory = 0;
            for (int entry = _windowStart; entry < _windowEnd; entry++)
            {
                if (_listing.IsDirectory(entry))
                {
                    TakeDirectory(context, entry, _results[directory++]);
                }
                else if (error == 0 || _source?.Child(_listing.Name(entry)) is not null)
                {
                    TakeFile(context, entry);
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
        _subtreeEntries += 1 + node.SubtreeEntries;
        _subtreeBytes += node.SubtreeBytes;
        context.Counters.CountXattrs(in node);
        AddEncoded(context, in node);
    }

    private void TakeFile(WorkerContext context, int entry)
    {
        _walk.Pool.ThrowIfStopped();
        bool wasThere = MoveTo(_listing.Name(entry));
        int error = Look(entry, out FileStat stat);
        if (error != 0 || stat.Type is 0 or NodeType.Directory)
        {
            string finding = error == Interop.Libc.ENOENT ? "vanished while the backup ran"
                : error == 0 ? "was replaced while the backup ran"
                : $"cannot look at it: {Interop.Libc.Text(error)}";
            _services.Problems.Add(_path, _listing.Name(entry), finding);
            StartEncodingIf(wasThere);
            return;
        }

        context.Counters.Entries++;
        if (wasThere && _previous is not null)
        {
            NodeView before = _previous.Node;
            if (Unchanged.IsContent(in before, in stat) && Unchanged.IsStored(_services, in before))
            {
                context.Counters.Files += stat.Type == NodeType.File ? 1 : 0;
                context.Counters.Bytes += stat.Type == NodeType.File ? stat.Size : 0;
                context.Counters.FilesUnchanged += stat.Type == NodeType.File ? 1 : 0;
                if (Unchanged.IsNode(in before, in stat))
                {
                    TakeUnchanged(context, in before);
                }
                else
                {
                    TakeSameContent(context, in before, in stat);
                }

                return;
            }
        }

        StartEncoding();
        context.Batch.AddRead(entry, in stat, isNew: !wasThere);
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
        bool isDirectory = node.Type == NodeType.Directory;
        _subtreeEntries += isDirectory ? 1 + node.SubtreeEntries : 1;
        _subtreeBytes += isDirectory ? node.SubtreeBytes : node.Type == NodeType.File ? node.Size : 0;
        context.Counters.CountXattrs(in node);
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
    }

    /// <summary>The same file on a device with another number: its data need not be read.</summary>
    private void TakeSameContent(WorkerContext context, in NodeView before, in FileStat stat)
    {
        NodeView node = NodeWriter.From(before.Name, in stat);
        node.Size = before.Size;
        node.ContentForm = before.ContentForm;
        node.Inline = before.Inline;
        node.ChunkList = before.ChunkList;
        node.Extents = before.Extents;
        node.Target = before.Target;
        node.DeviceNumber = before.DeviceNumber;
        node.Xattrs = before.Xattrs;
        node.Extensions = before.Extensions;
        StartEncoding();
        ByteWriter raw = new();
        NodeCodec.Write(raw, in node, context.Scratch);
        _subtreeEntries++;
        _subtreeBytes += node.Type == NodeType.File ? node.Size : 0;
        context.Counters.CountXattrs(in node);
        AddEncoded(context, NodeCodec.Read(raw.Written));
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
            if (!batch.TryGet(i, out NodeView node, out bool isRead, out bool isNew))
            {
                continue;
            }

            if (isRead)
            {
                CountRead(context.Counters, in node, isNew);
            }

            encoder.AddUnchanged(in node);
        }

        batch.Clear();
    }

    private void CountRead(WalkCounters counters, in NodeView node, bool isNew)
    {
        _subtreeEntries++;
        counters.CountXattrs(in node);
        if (node.Type == NodeType.File)
        {
            _subtreeBytes += node.Size;
            counters.Files++;
            counters.Bytes += node.Size;
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
            DirectoryCursor replay = _previous.Replay();
            for (long i = 0; i < _unchanged && replay.Next(); i++)
            {
                _encoder.AddUnchanged(replay.Node);
            }
        }
    }

    private DirectoryEncoder TakeEncoder() => _encoder
        ?? throw new InvalidOperationException("the directory has not been found to differ");
}
