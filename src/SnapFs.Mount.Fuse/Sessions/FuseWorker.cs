using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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
    private readonly WaitingRequests _waits;
    private readonly FuseReply _reply = new();
    private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferLength, 4096);
    private bool _isReader;
    private bool _isWaiting;
    private bool _isInterrupted;
    private CancellationToken _waitEnded;
    private ulong _unique;

    /// <summary>Where the request that is handled was read, and is answered.</summary>
    private int _from;
    private int _backlog;

    [ThreadStatic]
    private static FuseWorker? _current;

    /// <param name="device">The descriptor to serve; not closed here.</param>
    /// <param name="dispatcher">Handles requests.</param>
    /// <param name="gate">Shared by the threads of a session.</param>
    /// <param name="busyWait">Shared by the threads of a session.</param>
    /// <param name="waits">Shared by the threads of a session.</param>
    internal FuseWorker(int device, FuseDispatcher dispatcher, ReaderGate gate, BusyWait busyWait, WaitingRequests waits)
    {
        _device = device;
        _dispatcher = dispatcher;
        _gate = gate;
        _busyWait = busyWait;
        _waits = waits;
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
    /// <returns>Ends that wait.</returns>
    /// <exception cref="MustWaitException">So many requests wait already that this one is put off.</exception>
    internal static CancellationToken BeforeWaiting()
    {
        if (_current is not { } worker)
        {
            return CancellationToken.None;
        }

        if (!worker._isWaiting)
        {
            if (!worker._waits.TryBegin(
                worker._unique, worker._from, out worker._isInterrupted, out worker._waitEnded))
            {
                throw new MustWaitException();
            }

            worker._isWaiting = true;
            worker.StepAside();
        }

        return worker._waitEnded;
    }

    private void StepAside()
    {
        if (_isReader)
        {
            _isReader = false;
            _gate.Leave();
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
                    Handle(in request, _device);
                    while (!_isReader && _waits.TryTake(out PutOffRequest? putOff))
                    {
                        if (FuseRequest.TryParse(putOff.Bytes, out FuseRequest again)) // as it was before
                        {
                            Handle(in again, putOff.Device);
                        }
                    }

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

    [SuppressMessage("Design", "CA1031", Justification = "A thread that serves the device must not end by one request.")]
    private void Handle(in FuseRequest request, int device)
    {
        _unique = request.Header.Unique;
        _from = device;
        if (request.Header.Opcode == FuseOpcode.Interrupt)
        {
            Interrupt(in request);
            return;
        }

        try
        {
            while (!TryAnswer(in request) && !_waits.PutOff(_unique, _from, request.Bytes))
            {
                // One that was waiting has ended meanwhile.
            }
        }
        catch (Exception e)
        {
            _dispatcher.ReportBug(in request, e);
            _reply.Send(_from, Errno.EIO, _unique);
        }

        _reply.Clear();
        if (_gate.IsCrowded)
        {
            StepAside();
        }
    }

    /// <summary>Handles a request and replies.</summary>
    /// <returns>False if it has to wait and may not do so now.</returns>
    private bool TryAnswer(in FuseRequest request)
    {
        bool isAnswered = false;
        bool wantsReply;
        Errno error;
        try
        {
            wantsReply = _dispatcher.Dispatch(in request, _reply, out error);
        }
        catch (MustWaitException)
        {
            _reply.Clear();
            if (!_isInterrupted)
            {
                return false;
            }

            wantsReply = true;
            error = Errno.EINTR;
        }
        finally
        {
            if (_isWaiting)
            {
                _isWaiting = false;
                isAnswered = _waits.End(_unique);
            }
        }

        if (isAnswered)
        {
            _dispatcher.TakeBack(in request, _reply, error);
        }
        else if (wantsReply)
        {
            Send(in request, error);
        }

        return true;
    }

    private void Send(in FuseRequest request, Errno error)
    {
        // ENOENT says that the caller was killed and wants no answer any more.
        Errno sent = _reply.Send(_from, error, request.Header.Unique);
        if (sent == Errno.ENOENT)
        {
            _dispatcher.TakeBack(in request, _reply, error);
        }
        else if (sent is not (Errno.None or Errno.ENODEV) && error == Errno.None)
        {
            _reply.Send(_from, Errno.EIO, request.Header.Unique);
        }
    }

    /// <summary>FUSE_INTERRUPT, which is not answered: who asked has got a signal, and is let go if it waits.</summary>
    private void Interrupt(in FuseRequest request)
    {
        if (request.TryRead(out FuseInterruptIn target) && _waits.Interrupt(target.Unique, out int device))
        {
            _reply.Send(device, Errno.EINTR, target.Unique);
            _reply.Clear();
        }
    }
}
