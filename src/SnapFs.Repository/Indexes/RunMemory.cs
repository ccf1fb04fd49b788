using System.Runtime.InteropServices;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// The bytes of an index run: built in memory, or read block by block from a file of the local cache as they are first
/// needed. Every block is checked before it is believed; what the file cannot give is built anew. Safe for concurrent
/// use.
/// </summary>
/// <remarks>The file is read, not mapped: a mapped file whose disk fails ends the process.</remarks>
internal sealed unsafe class RunMemory : IDisposable
{
    private readonly Lock _gate = new();
    private readonly byte[]? _isLoaded;
    private RunFile? _file;
    private Func<RunMemory?>? _rebuild;
    private byte* _allocated;

    private RunMemory(byte* allocated, long length, RunFile? file)
    {
        _allocated = allocated;
        Length = length;
        _file = file;
        _isLoaded = file is null ? null : new byte[RunFile.BlocksOf(length - sizeof(RunHeader))];
    }

    ~RunMemory() => Free();

    /// <summary>The first byte: the header, always there. What follows is there once <see cref="Need"/> was called
    /// for it.</summary>
    internal byte* Pointer => _allocated;

    /// <summary>Bytes.</summary>
    internal long Length { get; }

    /// <summary>Whether its content comes from a file of the cache.</summary>
    internal bool IsCached => _isLoaded is not null;

    /// <summary>Takes over memory that holds a whole run.</summary>
    /// <param name="allocated">Allocated by <see cref="NativeMemory"/>.</param>
    /// <param name="length">Its bytes.</param>
    internal static RunMemory Take(byte* allocated, long length) => new(allocated, length, null);

    /// <summary>Memory that is filled from a file as it is needed; takes the file over. Pages that are not needed take
    /// no memory.</summary>
    internal static RunMemory Open(RunFile file)
    {
        RunMemory memory = new((byte*)NativeMemory.AllocZeroed((nuint)file.Length), file.Length, file);
        *(RunHeader*)memory.Pointer = file.Header;
        return memory;
    }

    /// <summary>Says what to do when the file fails.</summary>
    /// <param name="rebuild">Gives a run of the very same segments, which this then copies; null if there is none, and
    /// what is not loaded then stays zero, which finds nothing. What it throws is thrown to whoever needed the bytes.
    /// </param>
    internal void RebuildWith(Func<RunMemory?> rebuild) => _rebuild = rebuild;

    /// <summary>Makes sure that bytes are there.</summary>
    /// <param name="start">The first of them, after the header.</param>
    /// <param name="length">How many.</param>
    internal void Need(void* start, long length)
    {
        if (_isLoaded is null || length == 0)
        {
            return;
        }

        long offset = (byte*)start - _allocated - sizeof(RunHeader);
        long last = (offset + length - 1) / RunFile.BlockLength;
        for (long block = offset / RunFile.BlockLength; block <= last; block++)
        {
            if (Volatile.Read(ref _isLoaded[block]) == 0)
            {
                Load(block);
            }
        }
    }

    /// <summary>As <see cref="Need"/>, but without building anew.</summary>
    /// <returns>False if the file fails.</returns>
    internal bool TryLoad(void* start, long length)
    {
        try
        {
            Need(start, length);
            return true;
        }
        catch (RunFileException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Load(long block)
    {
        lock (_gate)
        {
            if (_isLoaded![block] != 0) // callers have seen that it is not null
            {
                return;
            }

            Span<byte> bytes = Block(block);
            try
            {
                _file!.Read(block, bytes); // it is let go only once every block is loaded
            }
            catch (RunFileException) when (_rebuild is not null)
            {
                bytes.Clear();
                Rebuild();
                return;
            }

            Volatile.Write(ref _isLoaded[block], 1);
        }
    }

    /// <summary>Takes every block that is not loaded from a run built anew; those that are loaded are equal in it.
    /// </summary>
    private void Rebuild()
    {
        using RunMemory? whole = _rebuild!();
        bool isSame = whole is not null && whole.Length == Length;
        for (long block = 0; block < _isLoaded!.Length; block++)
        {
            if (_isLoaded[block] == 0)
            {
                if (isSame)
                {
                    whole!.Block(block).CopyTo(Block(block));
                }

                Volatile.Write(ref _isLoaded[block], 1);
            }
        }

        _file!.Dispose();
        _file = null;
    }

    private Span<byte> Block(long block)
    {
        long offset = sizeof(RunHeader) + (block * RunFile.BlockLength);
        return new Span<byte>(_allocated + offset, (int)Math.Min(RunFile.BlockLength, Length - offset));
    }

    private void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        _file?.Dispose();
    }
}
