using SnapFs.Afs.Chains;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Dumps;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Scanning;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>
/// Takes the records of a dump: puts long contents, each cut by itself, and keeps the nodes in the scratch file. Contents
/// are gathered in a buffer so that many small ones are put on all threads at once. Used once, not thread-safe.
/// </summary>
internal sealed class DumpIntake
{
    private const int MaxPending = 8192;
    private const int SmallestBuffer = 4 << 20;
    private const int BufferChunks = 4;

    private readonly DumpReader _reader;
    private readonly GearChunker _chunker;
    private readonly ChunkPutter _putter;
    private readonly StateSink _stateSink;
    private readonly VnodeEncoder _encoder;
    private readonly VnodeScratch _scratch;
    private readonly VolumeState<VnodePlace> _before;
    private readonly KeptContents _kept;
    private readonly VolumeStateBuilder<VnodePlace> _state;
    private readonly ChunkListBuilder _contents;
    private readonly ChunkListBuilder _list;
    private readonly ByteWriter _listBytes = new();
    private readonly List<PendingVnode> _pending = [];
    private readonly List<(int Offset, int Length)> _cuts = [];
    private readonly List<bool> _endsContent = [];
    private readonly byte[] _buffer;
    private readonly bool _salvages;
    private int _held;
    private int _contentStart;
    private bool _isWhole;

    /// <param name="reader">The dump, after its headers.</param>
    /// <param name="chunker">Cuts long contents.</param>
    /// <param name="putter">Puts them.</param>
    /// <param name="stateSink">Gets what the next increment will need.</param>
    /// <param name="encoder">Makes the nodes.</param>
    /// <param name="scratch">Keeps them.</param>
    /// <param name="before">The state that an increment is applied on.</param>
    /// <param name="kept">Makes sure of what is taken over from that.</param>
    /// <param name="salvages">Whether a dump that is damaged or cut off is taken as far as it goes.</param>
    public DumpIntake(
        DumpReader reader, GearChunker chunker, ChunkPutter putter, StateSink stateSink, VnodeEncoder encoder, VnodeScratch scratch,
        VolumeState<VnodePlace> before, KeptContents kept, bool salvages)
    {
        _stateSink = stateSink;
        _salvages = salvages;
        _reader = reader;
        _chunker = chunker;
        _putter = putter;
        _encoder = encoder;
        _scratch = scratch;
        _before = before;
        _kept = kept;
        _state = new VolumeStateBuilder<VnodePlace>(before);
        _contents = new ChunkListBuilder(putter.Sink);
        _list = new ChunkListBuilder(stateSink);
        _buffer = GC.AllocateUninitializedArray<byte>(
            Math.Max(SmallestBuffer, chunker.Limits.Max * BufferChunks), pinned: true);
    }

    /// <summary>Bytes of all long contents.</summary>
    public long ContentsLength => _contents.TotalBytes;

    /// <summary>Files that the state before had otherwise, and those that are new.</summary>
    public (long Changed, long New) Files { get; private set; }

    /// <summary>What is wrong with the dump that was salvaged; null if nothing is.</summary>
    public DumpException? Fault { get; private set; }

    /// <summary>Whether vnodes may be missing: not if only something follows the end of the dump.</summary>
    public bool IsCut => Fault is { Fault: not DumpFault.TrailingBytes };

    /// <summary>Reads the dump to its end.</summary>
    /// <param name="progress">Called now and then with the bytes read.</param>
    /// <returns>The state that it leads to.</returns>
    /// <exception cref="DumpException">The dump is damaged or cut off, and not to be salvaged or without a whole vnode.</exception>
    /// <exception cref="ChainException">It does not go on from the state before.</exception>
    /// <exception cref="DamagedException">What it takes over from that is lost.</exception>
    public VolumeState<VnodePlace> Read(Action<long> progress)
    {
        try
        {
            ReadRecords(progress);
        }
        catch (DumpException e) when (_salvages && e.CanSalvage)
        {
            Fault = e;
            _reader.Salvage(e);
        }

        Flush();
        return _state.Build();
    }

    private void ReadRecords(Action<long> progress)
    {
        PendingVnode current = default;
        for (DumpStep step; (step = _reader.Read()) != DumpStep.End;)
        {
            if (step == DumpStep.Content)
            {
                ReadContent();
                current = new PendingVnode(default, _contentStart, _reader.IsLongContent, _isWhole);
                continue;
            }

            // Bare records wait with the others: of a vnode that is listed twice the last record counts.
            _pending.Add(_reader.Record.HasContent
                ? current with { Record = _reader.Record }
                : new PendingVnode(_reader.Record, 0, IsLong: false, IsWhole: true));
            if (_pending.Count >= MaxPending)
            {
                Flush();
            }

            progress(_reader.Offset);
        }
    }

    /// <summary>Writes the list of the chunks of all long contents.</summary>
    public void FinishContents(ByteWriter list) => _contents.Finish(list);

    /// <summary>Brings a content into the buffer: a directory or a target lies there as a whole until it is encoded.</summary>
    private void ReadContent()
    {
        long length = _reader.Record.ContentLength;
        _isWhole = length <= DirectoryReader.MaxLength;
        if (_isWhole && _buffer.Length - _held < length)
        {
            Flush();
        }

        _contentStart = _held;
        int uncut = _held;
        for (long left = length; left > 0;)
        {
            if (_held == _buffer.Length)
            {
                CutChunks(ref uncut, isEnd: false);
                PutPending();
                int rest = _held - uncut;
                _buffer.AsSpan(uncut, rest).CopyTo(_buffer);
                _held = rest;
                uncut = 0;
            }

            int read = ReadPiece(_buffer.AsSpan(_held, (int)Math.Min(left, _buffer.Length - _held)), uncut);
            _held += read;
            left -= read;
        }

        if (_reader.IsLongContent)
        {
            CutChunks(ref uncut, isEnd: true);
        }
    }

    /// <summary>Reads on in the content. Of one whose end is missing, what there is belongs to no vnode, but to the dump.</summary>
    private int ReadPiece(Span<byte> destination, int uncut)
    {
        try
        {
            return _reader.ReadContent(destination);
        }
        catch (DumpException) when (_salvages && _reader.IsLongContent)
        {
            CutChunks(ref uncut, isEnd: true);
            throw;
        }
    }

    private void CutChunks(ref int uncut, bool isEnd)
    {
        while (uncut < _held && (isEnd || _held - uncut >= _chunker.Limits.Max))
        {
            int length = _chunker.NextLength(_buffer.AsSpan(uncut, _held - uncut));
            _cuts.Add((uncut, length));
            uncut += length;
            _endsContent.Add(isEnd && uncut == _held);
        }
    }

    private void Flush()
    {
        PutPending();
        _held = 0;
    }

    /// <summary>Puts what was cut and keeps the vnodes whose contents are complete. Chunks of one that is not are remembered
    /// in the list.</summary>
    private void PutPending()
    {
        ReadOnlySpan<ChunkRef> chunks = _putter.Put(_buffer, _cuts);
        int next = 0;
        foreach (PendingVnode vnode in _pending)
        {
            _listBytes.Clear();
            if (vnode.IsLong)
            {
                bool isComplete = false;
                while (!isComplete)
                {
                    isComplete = _endsContent[next];
                    if (vnode is { IsWhole: true, Record.Type: VnodeType.Directory })
                    {
                        _stateSink.Keep(chunks[next].Id, _buffer.AsSpan(_cuts[next].Offset, _cuts[next].Length));
                    }

                    Take(in chunks[next++]);
                }

                _list.Finish(_listBytes);
                _list.Clear();
            }

            Keep(in vnode);
        }

        while (next < chunks.Length)
        {
            Take(in chunks[next++]);
        }

        _pending.Clear();
        _cuts.Clear();
        _endsContent.Clear();
    }

    private void Take(in ChunkRef chunk)
    {
        _list.Add(in chunk);
        _contents.Add(in chunk);
    }

    private void Keep(in PendingVnode vnode)
    {
        VnodeRecord record = vnode.Record;
        if (record.IsBare)
        {
            VnodePlace before = _state.Keep(record.Vnode, record.Uniq);
            _kept.Require(in record, _scratch, before);
            _stateSink.TakeOver(NodeCodec.Read(_scratch.NodeAt(before.Offset)));
            return;
        }

        ReadOnlySpan<byte> content = vnode.IsWhole ? _buffer.AsSpan(vnode.Offset, (int)record.ContentLength) : default;
        ReadOnlySpan<byte> node = _encoder.Encode(in record, content, _listBytes.Written);
        int index = _before.IndexOf(record.Vnode);
        bool wasThere = index >= 0 && _before.UniqAt(index) == record.Uniq;
        bool isSame = wasThere && _scratch.NodeAt(_before.ValueAt(index).Offset).SequenceEqual(node);
        if (record.Type == VnodeType.File && !isSame)
        {
            Files = wasThere ? (Files.Changed + 1, Files.New) : (Files.Changed, Files.New + 1);
        }

        long place = _scratch.Append(node, record.Type == VnodeType.Directory ? content : default);
        _state.Put(record.Vnode, record.Uniq, isSame ? VnodePlace.Same(place) : VnodePlace.New(place));
    }

    /// <param name="Record">All that is known of it.</param>
    /// <param name="Offset">Where its content begins in the buffer, if it is whole there.</param>
    /// <param name="IsLong">Whether its content was cut into chunks.</param>
    /// <param name="IsWhole">Whether its content is in the buffer.</param>
    private readonly record struct PendingVnode(VnodeRecord Record, int Offset, bool IsLong, bool IsWhole);
}
