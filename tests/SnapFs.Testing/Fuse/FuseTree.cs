using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using SnapFs.Posix;

namespace SnapFs.Testing.Fuse;

/// <summary>
/// A file system of the tests' own that serves whatever a test wants over <c>/dev/fuse</c>: names of up to 1,024 bytes, wrong sizes
/// and times, errors at any call, content that changes. Nothing is cached by the kernel, so that each call of a program arrives
/// here. Written from include/uapi/linux/fuse.h, with nothing of the mount that it tests.
/// </summary>
public sealed class FuseTree : IDisposable
{
    private const int InHeader = 40;
    private const int OutHeader = 16;
    private const int AttributesLength = 88;
    private const int BufferLength = (1 << 20) + 8192;
    private const int Threads = 2;

    private const int NotFound = 2;
    private const int InputOutput = 5;
    private const int NoData = 61;
    private const int NotImplemented = 38;
    private const int Range = 34;

    private const uint Init = 26;
    private const uint Forget = 2;
    private const uint BatchForget = 42;
    private const uint Interrupt = 36;
    private const uint StatFs = 17;
    private const uint Release = 18;
    private const uint Flush = 25;
    private const uint ReleaseDirectory = 29;

    private readonly string _path;
    private readonly int _device;
    private readonly ConcurrentDictionary<ulong, FuseNode> _nodes = new();
    private readonly List<Thread> _threads = [];
    private long _calls;
    private ulong _lastId = 1;

    private FuseTree(string path, FuseNode root, int device)
    {
        _path = path;
        _device = device;
        root.Id = 1;
        _nodes[1] = root;
    }

    /// <summary>Called before each call; an error number, or 0 to go on. The number counts the calls from 0.</summary>
    public Func<FuseCall, FuseNode, long, int>? OnCall { get; set; }

    /// <summary>What the test's own code threw in a call, which the kernel was told is EIO.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Calls so far.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Mounts a tree on a directory.</summary>
    /// <param name="path">An empty directory.</param>
    /// <param name="root">The root directory.</param>
    /// <param name="type">What <c>/proc/self/mountinfo</c> calls it after <c>fuse.</c>.</param>
    /// <exception cref="FuseUnavailableException">That is not allowed here.</exception>
    public static FuseTree Mount(string path, FuseNode root, string type = "snapfs-test")
    {
        const int ReadWrite = 2;
        const int CloseOnExec = 0x80000;
        int device = Interop.Libc.open("/dev/fuse", ReadWrite | CloseOnExec, 0);
        if (device < 0)
        {
            throw new FuseUnavailableException($"/dev/fuse cannot be opened: {Interop.Libc.Text(Interop.Libc.Errno)}");
        }

        string data = string.Create(
            CultureInfo.InvariantCulture, $"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other");
        if (Interop.Libc.mount("test", path, "fuse." + type, 0, data) != 0)
        {
            string error = Interop.Libc.Text(Interop.Libc.Errno);
            _ = Interop.Libc.close(device);
            throw new FuseUnavailableException($"cannot mount: {error}");
        }

        FuseTree tree = new(path, root, device);
        for (int i = 0; i < Threads; i++)
        {
            Thread thread = new(tree.Serve) { IsBackground = true, Name = "test file system" };
            tree._threads.Add(thread);
            thread.Start();
        }

        return tree;
    }

    /// <summary>Ends the service without unmounting, as a server that was killed does: calls fail with ENOTCONN.</summary>
    public void Die()
    {
        // The kernel aborts a connection on request, whoever else has the device open.
        string control = Directory.CreateTempSubdirectory("snapfs-fusectl-").FullName;
        if (Interop.Libc.mount("none", control, "fusectl", 0, "") != 0)
        {
            throw new FuseUnavailableException($"fusectl cannot be mounted: {Interop.Libc.Text(Interop.Libc.Errno)}");
        }

        File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"{control}/{Minor()}/abort"), "1");
        _ = Interop.Libc.umount2(control, 0);
        Directory.Delete(control);
    }

    /// <summary>Unmounts.</summary>
    public void Dispose()
    {
        const int Detach = 2;
        const int Force = 1;
        _ = Interop.Libc.umount2(_path, Force | Detach);
        foreach (Thread thread in _threads)
        {
            thread.Join(TimeSpan.FromSeconds(10));
        }

        _ = Interop.Libc.close(_device);
        if (Failure is not null)
        {
            throw new InvalidOperationException("the test file system failed", Failure);
        }
    }

    private ulong Minor()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            if (fields[4] == _path)
            {
                return ulong.Parse(fields[2].AsSpan(fields[2].IndexOf(':') + 1), CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"nothing is mounted on {_path}");
    }

    private void Serve()
    {
        byte[] request = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
        byte[] reply = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
        while (true)
        {
            nint length = Interop.Libc.read(_device, ref request[0], (nuint)request.Length);
            if (length < 0)
            {
                const int Interrupted = 4;
                const int Gone = NotFound; // a request that was withdrawn
                if (Interop.Libc.Errno is Interrupted or Gone or 11)
                {
                    continue;
                }

                return; // ENODEV: unmounted; ECONNABORTED: aborted
            }

            uint opcode = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(4));
            if (opcode is Forget or BatchForget or Interrupt)
            {
                continue;
            }

            int body = 0;
            int error;
            try
            {
                error = Answer(opcode, request.AsSpan(0, (int)length), reply.AsSpan(OutHeader), out body);
            }
            catch (Exception e)
            {
                Failure ??= e;
                error = InputOutput;
            }

            body = error == 0 ? body : 0;
            BinaryPrimitives.WriteUInt32LittleEndian(reply, (uint)(OutHeader + body));
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(4), -error);
            request.AsSpan(8, 8).CopyTo(reply.AsSpan(8));
            _ = Interop.Libc.write(_device, in reply[0], (nuint)(OutHeader + body)); // fails if it was withdrawn
        }
    }

    private int Answer(uint opcode, ReadOnlySpan<byte> request, Span<byte> reply, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> body = request[InHeader..];
        switch (opcode)
        {
            case Init:
                reply[..64].Clear();
                BinaryPrimitives.WriteUInt32LittleEndian(reply, 7);
                BinaryPrimitives.WriteUInt32LittleEndian(reply[4..], 31);
                BinaryPrimitives.WriteUInt32LittleEndian(reply[8..], 128 * 1024);
                BinaryPrimitives.WriteUInt32LittleEndian(reply[20..], 128 * 1024); // max_write
                BinaryPrimitives.WriteUInt32LittleEndian(reply[24..], 1); // granule of times, ns
                length = 64;
                return 0;
            case Release or Flush or ReleaseDirectory:
                return 0;
            case StatFs:
                reply[..80].Clear();
                BinaryPrimitives.WriteUInt32LittleEndian(reply[40..], 4096);
                BinaryPrimitives.WriteUInt32LittleEndian(reply[44..], 1024);
                length = 80;
                return 0;
        }

        if (!_nodes.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(request[16..]), out FuseNode? node))
        {
            return NotFound;
        }

        if (!Enum.IsDefined((FuseCall)opcode))
        {
            return NotImplemented;
        }

        long number = Interlocked.Increment(ref _calls) - 1;
        int error = OnCall?.Invoke((FuseCall)opcode, node, number) ?? 0;
        error = error != 0 ? error : node.OnCall?.Invoke((FuseCall)opcode) ?? 0;
        return error != 0 ? error : Answer((FuseCall)opcode, node, body, reply, out length);
    }

    private int Answer(FuseCall call, FuseNode node, ReadOnlySpan<byte> body, Span<byte> reply, out int length)
    {
        length = 0;
        switch (call)
        {
            case FuseCall.LookUp:
                return LookUp(node, body[..body.IndexOf((byte)0)], reply, out length);
            case FuseCall.GetAttributes:
                reply[..16].Clear();
                Write(node, reply[16..]);
                length = 16 + AttributesLength;
                return 0;
            case FuseCall.ReadLink:
                node.Target.CopyTo(reply);
                length = node.Target.Length;
                return 0;
            case FuseCall.Open or FuseCall.OpenDirectory:
                reply[..16].Clear();
                reply[8] = call == FuseCall.Open ? (byte)1 : (byte)0; // FOPEN_DIRECT_IO: no read stops at the size
                length = 16;
                return 0;
            case FuseCall.Read:
                int wanted = (int)BinaryPrimitives.ReadUInt32LittleEndian(body[16..]);
                byte[] data = node.Read((long)BinaryPrimitives.ReadUInt64LittleEndian(body[8..]), wanted);
                data.CopyTo(reply);
                length = data.Length;
                return 0;
            case FuseCall.ReadDirectory:
                length = List(
                    node,
                    BinaryPrimitives.ReadUInt64LittleEndian(body[8..]),
                    reply[..(int)BinaryPrimitives.ReadUInt32LittleEndian(body[16..])]);
                return 0;
            case FuseCall.ListXattr:
                return Give([.. node.Xattrs.SelectMany(xattr => (byte[])[.. xattr.Name, 0])], body, reply, out length);
            case FuseCall.GetXattr:
                byte[] name = body[8..^1].ToArray();
                int index = node.Xattrs.FindIndex(xattr => xattr.Name.AsSpan().SequenceEqual(name));
                return index < 0 ? NoData : Give(node.Xattrs[index].Value, body, reply, out length);
            default:
                return NotImplemented;
        }
    }

    private int LookUp(FuseNode directory, ReadOnlySpan<byte> name, Span<byte> reply, out int length)
    {
        length = 0;
        foreach ((byte[] entry, FuseNode node) in directory.Entries.ToArray())
        {
            if (name.SequenceEqual(entry))
            {
                Register(node);
                reply[..40].Clear();
                BinaryPrimitives.WriteUInt64LittleEndian(reply, node.Id);
                Write(node, reply[40..]);
                length = 40 + AttributesLength;
                return 0;
            }
        }

        return NotFound;
    }

    private void Register(FuseNode node)
    {
        lock (_nodes)
        {
            bool isKnown = _nodes.TryGetValue(node.Id, out FuseNode? known) && ReferenceEquals(node, known);
            if (!isKnown)
            {
                node.Id = ++_lastId;
                _nodes[node.Id] = node;
            }
        }
    }

    private static int Give(byte[] value, ReadOnlySpan<byte> body, Span<byte> reply, out int length)
    {
        uint room = BinaryPrimitives.ReadUInt32LittleEndian(body);
        if (room == 0)
        {
            reply[..8].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(reply, (uint)value.Length);
            length = 8;
            return 0;
        }

        length = value.Length;
        if (value.Length > room)
        {
            return Range;
        }

        value.CopyTo(reply);
        return 0;
    }

    private static int List(FuseNode directory, ulong offset, Span<byte> reply)
    {
        int length = 0;
        (byte[] Name, FuseNode Node)[] entries = [.. directory.Entries];
        for (int i = (int)offset; i < entries.Length; i++)
        {
            (byte[] name, FuseNode node) = entries[i];
            int record = (24 + name.Length + 7) & ~7;
            if (length + record > reply.Length)
            {
                break;
            }

            Span<byte> place = reply.Slice(length, record);
            place.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(place, node.Inode ?? ulong.MaxValue);
            BinaryPrimitives.WriteUInt64LittleEndian(place[8..], (ulong)(i + 1));
            BinaryPrimitives.WriteUInt32LittleEndian(place[16..], (uint)name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(place[20..], (node.Mode >> 12) & 15);
            name.CopyTo(place[24..]);
            length += record;
        }

        return length;
    }

    /// <summary><c>struct fuse_attr</c>.</summary>
    private static void Write(FuseNode node, Span<byte> place)
    {
        place[..AttributesLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(place, node.Inode ?? node.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(place[8..], node.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(place[16..], node.Blocks ?? (node.Size / 512) + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(place[24..], node.Time);
        BinaryPrimitives.WriteUInt64LittleEndian(place[32..], node.Time);
        BinaryPrimitives.WriteUInt64LittleEndian(place[40..], node.Time);
        BinaryPrimitives.WriteUInt32LittleEndian(place[48..], node.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(place[52..], node.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(place[56..], node.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(place[60..], node.Mode);
        BinaryPrimitives.WriteUInt32LittleEndian(place[64..], node.Links);
        BinaryPrimitives.WriteUInt32LittleEndian(place[80..], 4096);
    }
}
