using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Names;
using SnapFs.Afs.Trees;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Workers;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>
/// Takes one volume dump in: puts what is new and builds the tree of a snapshot (<c>docs/format.md</c> section 8.1). The
/// headers are read at once, so that the caller can judge the dump before the rest is read. Used once.
/// </summary>
public sealed class VolumeImport : IDisposable
{
    private const uint PrivateMode = 0x1C0; // 0700
    private const uint RootMode = 0x1ED; // 0755

    private readonly VolumeImportOptions _options;
    private readonly GearChunker _chunker;
    private readonly ChunkPutter _putter;
    private readonly ChunkedFile _skeleton;
    private readonly DumpReader _reader;
    private readonly VnodeScratch _scratch;
    private readonly ProblemList _problems;
    private readonly ProblemList _lost;
    private long _bytesRead;

    /// <summary>Reads the headers.</summary>
    /// <param name="options">How.</param>
    /// <param name="dump">The dump, at its first byte; left open.</param>
    /// <param name="sink">Where chunks are put.</param>
    /// <param name="chunker">Cuts contents.</param>
    /// <exception cref="DumpException">It is no dump, or its headers are damaged or cut off.</exception>
    public VolumeImport(VolumeImportOptions options, Stream dump, IChunkSink sink, GearChunker chunker)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        _options = options;
        _chunker = chunker;
        _putter = new ChunkPutter(sink);
        _problems = new ProblemList(options.OnProblem);
        _lost = new ProblemList(options.OnLost);
        _skeleton = new ChunkedFile(chunker, _putter);
        _reader = new DumpReader(dump, new SkeletonSink(_skeleton));
        _scratch = new VnodeScratch(options.ScratchDirectory);
    }

    /// <summary>The first header.</summary>
    public DumpHeader Header => _reader.Header;

    /// <summary>The second header.</summary>
    public VolumeHeader Volume => _reader.Volume;

    /// <summary>Bytes of the dump read so far; may be asked at any time by any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    private CancellationToken Cancellation { get; set; }

    private PtsNames Names { get; set; } = PtsNames.None;

    /// <summary>Reads the rest and builds the tree. Blocks; the work is done on threads of its own.</summary>
    /// <param name="facts">What the dump is.</param>
    /// <param name="names">Names of protection server ids.</param>
    /// <param name="before">The state an increment is applied on; null for a full.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DumpException">The dump is damaged or cut off, and not to be salvaged or without a whole vnode; nothing
    /// counts.</exception>
    /// <exception cref="ChainException">It names a vnode as unchanged that the state before does not have.</exception>
    /// <exception cref="DamagedException">The state before cannot be read, or what is taken over from it is lost.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public VolumeImportResult Run(
        DumpFacts facts, PtsNames names, VolumeBefore? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Cancellation = cancellationToken;
        Names = names;
        object[] threads = new object[_options.Threads];
        Array.Fill(threads, new object());
        WorkerPool<object> pool = new(threads, cancellationToken);
        VolumeImportResult? result = null;
        _putter.Pool = pool;
        pool.Run(_ =>
        {
            result = TakeIn(facts, before);
            pool.Done();
        });
        return result ?? throw new InvalidOperationException("the import ended without a result");
    }

    public void Dispose() => _scratch.Dispose();

    private VolumeImportResult TakeIn(DumpFacts facts, VolumeBefore? before)
    {
        VolumeState<VnodePlace>? stateBefore = before is null
            ? null
            : new StateReader(before.Pages, _scratch).Read(before.Root, Cancellation);
        long firstNew = _scratch.Length;
        StateSink sink = new(_putter.Sink, _options.Keeper, before);
        VnodeEncoder encoder = new(sink, Names, facts.VolumeId);
        KeptContents kept = new(_putter.Sink, before);
        DumpIntake intake = new(_reader, _chunker, _putter, sink, encoder, _scratch, stateBefore ?? new(), kept, _options.Salvage);
        VolumeState<VnodePlace> state = intake.Read(SetProgress);
        VolumeTree tree = new DirectoryLoader(_scratch, firstNew, before, intake.IsCut).Load(state, Cancellation);
        Report(tree, state);
        if (intake.Fault is { Fault: DumpFault.TrailingBytes } trailing)
        {
            _problems.Add(
                "/"u8,
                ErrorKind.Source,
                errno: 0,
                $"the dump ends at byte {trailing.Offset}; what follows its end mark is left out");
        }

        VolumeTreeWriter writer = new(state, stateBefore, tree, _scratch, Names, PutStatePage, PutPage);
        writer.Write(Cancellation);
        Timestamp started = new(facts.HeldUntil, 0);
        RootDirectory root = new(RootMode, started);
        writer.AddRoot(root, VolumeLayout.Files, isChanged: false);
        if (writer.WriteOrphans() is SubtreeTotals orphans)
        {
            root.Add(VolumeLayout.Orphans.Span, orphans);
        }

        if (stateBefore is not null)
        {
            writer.AddRoot(root, VolumeLayout.Changed, isChanged: true);
            root.Add(VolumeLayout.Deleted.Span, Deleted(stateBefore, state, tree));
        }

        // The identity of a dump must not depend on what else is known of it.
        ChunkId identity = AddDump(root, new Timestamp((facts with { TakenAt = null }).HeldUntil, 0), intake);
        AddNames(root, sink);
        SubtreeTotals whole = root.Finish(Names, PutStatePage);
        return new VolumeImportResult(
            Result(writer, intake, state, whole, root, started),
            DumpOf(facts, writer.RecordsLength, SalvageOf(intake, tree)) with { Identity = identity });

        ChunkId PutStatePage(ReadOnlySpan<byte> page) => sink.Put(ChunkKind.Tree, page);
    }

    private void Report(VolumeTree tree, VolumeState<VnodePlace> state)
    {
        foreach (TreeProblem problem in tree.Problems)
        {
            _problems.Add(ProblemText.PathOf(problem, tree, state), ErrorKind.Source, errno: 0, ProblemText.Of(problem));
        }

        foreach (LostName name in tree.Lost)
        {
            Cancellation.ThrowIfCancellationRequested();
            _lost.Add(ProblemText.PathOf(name, tree), ErrorKind.Source, errno: 0, ProblemText.Of(name));
        }
    }

    private static DumpSalvage? SalvageOf(DumpIntake intake, VolumeTree tree) =>
        intake is { IsCut: true, Fault: { } fault }
            ? new DumpSalvage(
                fault.Whole.Length,
                tree.LostCount,
                fault.Fault == DumpFault.Truncated ? SalvageCause.CutOff : SalvageCause.Damaged)
            : null;

    private void SetProgress(long offset)
    {
        Volatile.Write(ref _bytesRead, offset);
        Cancellation.ThrowIfCancellationRequested();
    }

    private ChunkId PutPage(ReadOnlySpan<byte> page) => _putter.Sink.Put(ChunkKind.Tree, page);

    private ChunkedFile Deleted(VolumeState<VnodePlace> before, VolumeState<VnodePlace> state, VolumeTree tree)
    {
        ChunkedFile file = new(_chunker, _putter);
        new DeletedPaths(before, state, _scratch, tree, path => file.Write(Encoding.UTF8.GetBytes(_options.PathText(path) + "\n")))
            .Run(Cancellation);
        return file;
    }

    /// <returns>The identity of the dump: nothing but its bytes and its date is below <c>dump/</c>.</returns>
    private ChunkId AddDump(RootDirectory root, Timestamp time, DumpIntake intake)
    {
        RootDirectory dump = new(PrivateMode, time);
        dump.Add(VolumeLayout.Skeleton.Span, _skeleton);
        NodeView contents = dump.Node(NodeType.File, PrivateMode & 0x1B6);
        ByteWriter list = new();
        if (intake.ContentsLength > 0)
        {
            intake.FinishContents(list);
            contents.Size = intake.ContentsLength;
            contents.ContentForm = ContentForm.Chunks;
            contents.ChunkList = list.Written;
        }

        dump.Add(VolumeLayout.Contents.Span, ref contents);
        NodeView node = root.Node(NodeType.Directory, PrivateMode);
        SubtreeTotals totals = dump.Finish(PtsNames.None, PutPage);
        totals.Apply(ref node);
        root.Add(VolumeLayout.Dump.Span, ref node);
        return totals.Page.Id;
    }

    private void AddNames(RootDirectory root, StateSink sink)
    {
        if (!Names.Text.IsEmpty)
        {
            ChunkedFile names = new(_chunker, new ChunkPutter(sink));
            names.Write(Names.Text.Span);
            root.Add(VolumeLayout.Names.Span, names);
        }
    }

    private BackupResult Result(
        VolumeTreeWriter writer, DumpIntake intake, VolumeState<VnodePlace> state, SubtreeTotals whole, RootDirectory root,
        Timestamp started)
    {
        NodeView node = root.Node(NodeType.Directory, RootMode);
        whole.Apply(ref node);
        ByteWriter raw = new();
        NodeCodec.Write(raw, in node, new ByteWriter());
        return new BackupResult
        {
            Started = started,
            Ended = Timestamp.From(DateTimeOffset.UtcNow),
            Root = whole.Page,
            RootNode = raw.ToArray(),
            RootUser = default,
            RootGroup = default,
            Paths = ["/"u8.ToArray()],
            Problems = [.. _problems.Listed.Concat(_lost.Listed).Take(ProblemList.MaxLines)],
            HasXattrs = writer.HasXattrs,
            HasAcls = false,
            Statistics = new SnapshotStatistics
            {
                Entries = state.Count,
                Files = writer.Files,
                Directories = writer.Directories,
                Bytes = writer.Bytes,
                FilesNew = intake.Files.New,
                FilesChanged = intake.Files.Changed,
                FilesUnchanged = Math.Max(0, writer.Files - intake.Files.New - intake.Files.Changed),
                Problems = _problems.Count + _lost.Count,
            },
        };
    }

    private SnapshotDump DumpOf(DumpFacts facts, long recordsLength, DumpSalvage? salvage)
    {
        ByteWriter headers = new();
        DumpEncoder.Header(headers, Header with { Intervals = [new DumpInterval(0, facts.To)] });
        DumpEncoder.Volume(headers, Volume);
        long fullLength = headers.Length + recordsLength + DumpEncoder.EndLength;
        return facts.ToDump(Header.Name, Header.VolumeId, _reader.Offset, fullLength) with
        {
            Quota = Volume.MaxQuota,
            Used = Volume.DiskUsed,
            Salvage = salvage,
            IsInService = Volume is { InService: not 0, Blessed: not 0 },
        };
    }

    private sealed class SkeletonSink(ChunkedFile file) : IDumpSkeleton
    {
        public void Write(ReadOnlySpan<byte> bytes) => file.Write(bytes);

        public void LeaveOut(long contentLength)
        {
        }
    }
}
