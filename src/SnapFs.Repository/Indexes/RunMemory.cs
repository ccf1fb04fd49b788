using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Repository.Indexes;

/// <summary>The bytes of an index run: allocated, or a mapped file whose pages the kernel may drop and reread.</summary>
internal sealed unsafe class RunMemory : IDisposable
{
    private MemoryMappedFile? _file;
    private MemoryMappedViewAccessor? _view;
    private byte* _allocated;

    private RunMemory(byte* pointer, long length)
    {
        Pointer = pointer;
        Length = length;
    }

    ~RunMemory() => Free();

    /// <summary>The first byte.</summary>
    internal byte* Pointer { get; private set; }

    /// <summary>Bytes.</summary>
    internal long Length { get; }

    /// <summary>Allocates zeroed memory.</summary>
    internal static RunMemory Allocate(long length)
    {
        byte* pointer = (byte*)NativeMemory.AllocZeroed((nuint)length);
        return new RunMemory(pointer, length) { _allocated = pointer };
    }

    /// <summary>Maps a file read-only.</summary>
    internal static RunMemory Map(SafeFileHandle handle, long length)
    {
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            handle, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        return new RunMemory(pointer + view.PointerOffset, length) { _file = file, _view = view };
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file?.Dispose();
            _view = null;
        }

        Pointer = null;
    }
}
