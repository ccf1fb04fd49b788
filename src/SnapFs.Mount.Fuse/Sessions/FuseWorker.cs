using System.Diagnostics;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Requests;
using SnapFs.Posix.Files;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>One thread that reads a request, handles it and replies, over and over.</summary>
internal sealed unsafe class FuseWorker : IDisposable
{
    /// <summary>Room for the largest request that can come: 4 KiB of a refused write, or a batch of forgets.</summary>
    private const int BufferLength = 64 * 1024;

    private readonly int _device;
    private readonly FuseDispatcher _dispatcher;
    private readonly ReaderGate _gate;
    private readonly BusyWait _busyWait;
    private readonly FuseReply _reply = new();
    private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferLength, 4096);
    private bool _isReader;
    private int _backlog;

    [ThreadStatic]
    private static FuseWorker? _current;

    /// <param name="device">The descriptor to serve; not closed here.</param>
    /// <param name="dispatcher">Handles requests.</param>
    /// <param name="gate">Shared by the threads of a session.</param>
    /// <param name="busyWait">Shared by the threads of a session.</param>
    internal FuseWorker(int device, FuseDispatcher dispatcher, ReaderGate gate, BusyWait busyWait)
    {
        _device = device;
        _dispatcher = dispatcher;
        _gate = gate;
        _busyWait = busyWait;
    }

    /// <summary>Serves until the file system is unmounted.</summary>
    /// <returns>None, or why the device failed.</returns>
    internal Errno Run()
    {
        _current = this;
        try
        {
            return Descriptors.SetNonBlocking(_device) ? Loop() : (Errno)Marshal.GetLastPInvokeError();
        }
        finally
        {
            _gate.Close();
            _current = null;
        }
    }

    /// <summary>Lets another thread read while this one, if it is a worker, waits for something.</summary>
    internal static void StepAside()
    {
        if (_current is { _isReader: true } worker)
        {
            worker._isReader = false;
            worker._gate.Leave();
        }
    }

    private Errno Loop()
    {
        while (true)
        {
            if (!_isReader)
            {
                _isReader = true;
                if (!_gate.TryEnter())
                {
                    return Errno.None;
                }
            }

            Errno error = Receive(out FuseRequest request);
            switch (error)
            {
                case Errno.None:
                    Handle(in request);
                    break;
                case Errno.EINTR or Errno.EAGAIN or Errno.ENOENT: // ENOENT: the request was interrupted meanwhile
                    break;
                case Errno.ENODEV:
                    return Errno.None; // unmounted
                default:
                    return error;
            }
        }
    }

    /// <summary>Reads the first request and answers it; repeated if versions differ.</summary>
    internal void Handshake(bool allowOther)
    {
        bool isDone = false;
        while (!isDone)
        {
            Errno error = Receive(out FuseRequest request);
            if (error is Errno.EINTR or Errno.ENOENT)
            {
                continue;
            }

            if (error != Errno.None)
            {
                throw new Mounts.MountException(
                    $"the FUSE device failed: {Marshal.GetPInvokeErrorMessage((int)error)}");
            }

            isDone = FuseHandshake.Answer(in request, allowOther, _reply);
            _reply.Send(_device, Errno.None, request.Header.Unique);
            _reply.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reply.Dispose();
        NativeMemory.AlignedFree(_buffer);
    }

    private Errno Receive(out FuseRequest request)
    {
        request = default;
        long start = Stopwatch.GetTimestamp();
        Errno error = Read(start, out nint length);
        long waited = Stopwatch.GetTimestamp() - start;
        _gate.Note(waited, ref _backlog);
        _busyWait.Note(waited);
        if (error != Errno.None)
        {
            return error;
        }

        return FuseRequest.TryParse(new ReadOnlySpan<byte>(_buffer, (int)length), out request)
            ? Errno.None
            : Errno.EPROTO;
    }

    /// <summary>Waits for a request, busily at first where that pays.</summary>
    private Errno Read(long start, out nint length)
    {
        bool isBusy = _busyWait.IsWorthwhile;
        while (true)
        {
            length = Interop.Libc.read(_device, ref *_buffer, BufferLength);
            Errno error = length >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
            if (error != Errno.EAGAIN)
            {
                return error;
            }

            isBusy = isBusy && Stopwatch.GetTimestamp() - start < BusyWait.Window;
            if (isBusy)
            {
                _ = Interop.Libc.sched_yield(); // whoever makes the next request may need this processor for it
            }
            else if (!Descriptors.WaitForInput(_device))
            {
                return (Errno)Marshal.GetLastPInvokeError();
            }
        }
    }

    private void Handle(in FuseRequest request)
    {
        bool isAnswered = _dispatcher.Dispatch(in request, _reply, out Errno error);
        if (isAnswered)
        {
            // ENOENT here says that the caller was killed and wants no answer any more; nothing is lost by it.
            Errno sent = _reply.Send(_device, error, request.Header.Unique);
            if (sent is not (Errno.None or Errno.ENOENT or Errno.ENODEV) && error == Errno.None)
            {
                _reply.Send(_device, Errno.EIO, request.Header.Unique);
            }
        }

        _reply.Clear();
        if (_gate.IsCrowded)
        {
            StepAside();
        }
    }
}
