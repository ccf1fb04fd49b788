using System.Runtime.InteropServices;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// A growing table outside the managed heap: a large one grows by moving its pages, so that there are never two of it, and what is
/// not filled takes no memory. Not thread-safe.
/// </summary>
/// <typeparam name="T">One record.</typeparam>
internal sealed unsafe class NativeTable<T> : IDisposable
    where T : unmanaged
{
    private const int FirstCapacity = 64;

    private T* _records;
    private long _capacity;

    ~NativeTable() => NativeMemory.Free(_records);

    /// <summary>Records added.</summary>
    internal long Count { get; private set; }

    /// <summary>Bytes of the records.</summary>
    internal long Bytes => Count * sizeof(T);

    /// <summary>The records; valid until the next call of another member.</summary>
    internal Span<T> Span => new(_records, (int)Count);

    /// <summary>Appends records, their content undefined; what is returned is valid until the next call.</summary>
    internal Span<T> Add(int count)
    {
        if (_capacity - Count < count)
        {
            long capacity = Math.Max(Math.Max(_capacity * 2, FirstCapacity), Count + count);
            _records = (T*)NativeMemory.Realloc(_records, checked((nuint)(capacity * sizeof(T))));
            _capacity = capacity;
        }

        Span<T> added = new(_records + Count, count);
        Count += count;
        return added;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_records);
        _records = null;
        _capacity = 0;
        Count = 0;
        GC.SuppressFinalize(this);
    }
}
