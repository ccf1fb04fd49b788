using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Scanning;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Posix.Owners;
using SnapFs.Posix.Processes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Backups;

/// <summary>Backs up a stream, or what a command writes to its standard output, as one file of mode 0600. Used once.
/// </summary>
public sealed class StreamBackup
{
    private const uint FileMode = 0x180; // 0600
    private const uint DirectoryMode = 0x1ED; // 0755

    private readonly StreamOptions _options;
    private readonly IChunkSink _sink;
    private readonly OwnerNames _owners = new();
    private readonly StreamCutter _cutter;

    /// <param name="options">The name of the file.</param>
    /// <param name="sink">Where chunks are put.</param>
    /// <param name="chunker">Cuts the stream.</param>
    public StreamBackup(StreamOptions options, IChunkSink sink, GearChunker chunker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfZero(RawPath.Components(options.RecordedPath.Span).Count);
        _options = options;
        _sink = sink;
        _cutter = new StreamCutter(sink, chunker);
    }

    /// <summary>How far the run is; may be asked at any time by any thread.</summary>
    public BackupProgress Progress => new(1, 1, _cutter.Length, _cutter.Length, 0);

    /// <summary>Reads a stream to its end. Blocks.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public BackupResult Run(Stream input, CancellationToken cancellationToken)
    {
        Timestamp started = Timestamp.From(DateTimeOffset.UtcNow);
        object[] contexts = new object[_options.Threads];
        Array.Fill(contexts, new object());
        WorkerPool<object> pool = new(contexts, cancellationToken);
        pool.Run(context =>
        {
            _cutter.Read(pool, context, input);
            pool.Done();
        });
        return Record(started);
    }

    /// <summary>Runs a command and reads its standard output; its other streams are this process's.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="cancellationToken">Stops the run and the command.</param>
    /// <exception cref="StreamCommandException">It could not be started, or did not exit with 0.</exception>
    public BackupResult Run(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardOutput = true };
        using Process process = Start(start);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Kill(process));
        BackupResult result;
        try
        {
            result = Run(process.StandardOutput.BaseStream, cancellationToken);
        }
        catch
        {
            Kill(process);
            throw;
        }

        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? result
            : throw new StreamCommandException($"{command[0]} exited with {process.ExitCode}; no snapshot was made");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return ChildProcess.Start(start);
        }
        catch (Win32Exception e)
        {
            throw new StreamCommandException($"cannot run {start.FileName}: {e.Message}; no snapshot was made", e);
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private BackupResult Record(Timestamp started)
    {
        Timestamp ended = Timestamp.From(DateTimeOffset.UtcNow);
        IReadOnlyList<byte[]> names = RawPath.Components(_options.RecordedPath.Span);
        NodeView file = Node(names[^1], NodeType.File, FileMode, ended);
        file.Size = _cutter.Length;
        file.ContentForm = _cutter.Form;
        file.Inline = _cutter.Content;
        file.ChunkList = _cutter.Content;
        byte[] raw = Encode(in file);
        ChunkRef tree = default;
        for (int depth = names.Count - 1; depth >= 0; depth--)
        {
            DirectoryEncoder encoder = new(_owners, PutPage);
            NodeView child = NodeCodec.Read(raw);
            encoder.AddUnchanged(in child);
            tree = encoder.Finish();
            NodeView directory = Node(depth == 0 ? [] : names[depth - 1], NodeType.Directory, DirectoryMode, ended);
            directory.Tree = tree;
            directory.SubtreeEntries = names.Count - depth;
            directory.SubtreeBytes = _cutter.Length;
            raw = Encode(in directory);
        }

        return new BackupResult
        {
            Started = started,
            Ended = ended,
            Root = tree,
            RootNode = raw,
            RootUser = _owners.UserName(Interop.Libc.geteuid()).ToArray(),
            RootGroup = _owners.GroupName(Interop.Libc.getegid()).ToArray(),
            Paths = [_options.RecordedPath],
            Problems = [],
            HasXattrs = false,
            HasAcls = false,
            Statistics = new SnapshotStatistics
            {
                Entries = names.Count + 1,
                Files = 1,
                Directories = names.Count,
                Bytes = _cutter.Length,
                FilesNew = 1,
            },
        };
    }

    private ChunkId PutPage(ReadOnlySpan<byte> page)
    {
        ChunkId id = _sink.Put(ChunkKind.Tree, page);
        _options.PageObserver?.PagePut(in id, page);
        return id;
    }

    private static NodeView Node(ReadOnlySpan<byte> name, NodeType type, uint mode, Timestamp time) => new()
    {
        Name = name,
        Type = type,
        Mode = mode,
        UserId = Interop.Libc.geteuid(),
        GroupId = Interop.Libc.getegid(),
        Modified = time,
        Changed = time,
        LinkCount = 1,
    };

    private static byte[] Encode(in NodeView node)
    {
        ByteWriter writer = new();
        NodeCodec.Write(writer, in node, new ByteWriter());
        return writer.ToArray();
    }
}
