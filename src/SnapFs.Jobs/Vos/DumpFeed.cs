using System.Diagnostics;
using SnapFs.Afs.Reading;

namespace SnapFs.Jobs.Vos;

/// <summary>Writes a dump into the standard input of a process, on a thread of its own.</summary>
internal sealed class DumpFeed
{
    private long _position;

    /// <param name="process">The process; its standard input is closed at the end.</param>
    /// <param name="dump">The dump; null for an empty input.</param>
    /// <param name="bufferLength">Bytes written at a time.</param>
    /// <param name="cancellationToken">Cuts the dump off.</param>
    public DumpFeed(Process process, DumpContent? dump, int bufferLength, CancellationToken cancellationToken) =>
        Completion = Task.Run(() => Write(process, dump, bufferLength, cancellationToken), CancellationToken.None);

    /// <summary>Ends when the process has taken all, or takes no more; never fails.</summary>
    public Task Completion { get; }

    /// <summary>Bytes that the process has taken.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Why the dump was cut off; null if the process got all it wanted.</summary>
    public SnapFsException? Failure { get; private set; }

    private void Write(Process process, DumpContent? dump, int bufferLength, CancellationToken cancellationToken)
    {
        try
        {
            using Stream input = process.StandardInput.BaseStream;
            if (dump is null)
            {
                return;
            }

            byte[] buffer = new byte[bufferLength];
            using Stream stream = dump.OpenStream();
            for (int count; !cancellationToken.IsCancellationRequested && (count = stream.Read(buffer)) > 0;)
            {
                input.Write(buffer, 0, count);
                Volatile.Write(ref _position, _position + count);
            }
        }
        catch (IOException)
        {
            // The process reads no more; how it ended says why.
        }
        catch (SnapFsException e)
        {
            Failure = e;
        }
    }
}
