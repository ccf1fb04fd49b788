using System.Buffers.Binary;
using System.Text;
using BenchmarkDotNet.Attributes;
using SnapFs.Mount;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Requests;
using SnapFs.Posix.Owners;
using SnapFs.Repository.Reading;

namespace SnapFs.Benchmarks;

/// <summary>Requests from their bytes to the pieces of their replies, all but the kernel: caches are warm.</summary>
public class FuseReplyBenchmarks : IDisposable
{
    private const int HeaderLength = 40;
    private const int ReplyHeaderLength = 16;

    private readonly FuseReply _reply = new();
    private RepositoryReader? _reader;
    private SnapshotFileSystem? _files;
    private FuseDispatcher _dispatcher = null!; // set by Setup
    private byte[] _lookup = [];
    private byte[] _getAttr = [];
    private byte[] _readDirPlus = [];
    private byte[] _read = [];

    [GlobalSetup]
    public void Setup()
    {
        _reader = SampleRepository.CreateAsync().GetAwaiter().GetResult();
        _files = new SnapshotFileSystem(new MountOptions(), _reader, new SystemUsers(), _ => { });
        _dispatcher = new FuseDispatcher(_files, allowOther: false);
        ulong directory = Find(SnapshotFileSystem.RootId, [.. SampleRepository.Place, "lib"]);
        string name = Encoding.UTF8.GetString(SampleFiles.Names[500]);
        ulong file = Find(directory, name);
        _lookup = Request(FuseOpcode.Lookup, directory, Name(name));
        _getAttr = Request(FuseOpcode.GetAttr, file, new byte[16]);
        _readDirPlus = Request(FuseOpcode.ReadDirPlus, directory, ReadBody(FuseReply.MaxBody));
        _read = Request(FuseOpcode.Read, file, ReadBody(FuseReply.MaxBody));
        if (ReadDirPlus1000() < SampleFiles.Count * 150 || Read1MiB() != FuseReply.MaxBody)
        {
            throw new InvalidOperationException("a reply is not whole");
        }
    }

    [Benchmark]
    public int Lookup() => Dispatch(_lookup);

    [Benchmark]
    public int GetAttr() => Dispatch(_getAttr);

    [Benchmark]
    public int ReadDirPlus1000() => Dispatch(_readDirPlus);

    [Benchmark]
    public int Read1MiB() => Dispatch(_read);

    [GlobalCleanup]
    public void Dispose()
    {
        _reply.Dispose();
        _files?.Dispose();
        _reader?.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Dispatch(byte[] request)
    {
        if (!FuseRequest.TryParse(request, out FuseRequest parsed)
            || !_dispatcher.Dispatch(in parsed, _reply, out Errno error) || error != Errno.None)
        {
            throw new InvalidOperationException("the request failed");
        }

        int length = _reply.Length;
        _reply.Clear();
        return length;
    }

    /// <summary>Looks names up one below the other.</summary>
    private ulong Find(ulong node, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            byte[] request = Request(FuseOpcode.Lookup, node, Name(name));
            if (!FuseRequest.TryParse(request, out FuseRequest parsed)
                || !_dispatcher.Dispatch(in parsed, _reply, out Errno error) || error != Errno.None)
            {
                throw new InvalidOperationException($"there is no {name}");
            }

            node = BinaryPrimitives.ReadUInt64LittleEndian(_reply.ToArray(error, 1).AsSpan(ReplyHeaderLength));
            _reply.Clear();
        }

        return node;
    }

    private static byte[] Name(string name) => [.. Encoding.UTF8.GetBytes(name), 0];

    private static byte[] ReadBody(uint size)
    {
        byte[] body = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), size);
        return body;
    }

    private static byte[] Request(FuseOpcode opcode, ulong node, byte[] body)
    {
        byte[] request = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(16), node);
        body.CopyTo(request, HeaderLength);
        return request;
    }
}
