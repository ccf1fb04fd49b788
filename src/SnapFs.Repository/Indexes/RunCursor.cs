using System.Runtime.InteropServices;

namespace SnapFs.Repository.Indexes;

/// <summary>Reads a table from one end to the other, a block at a time, and checks each. Not thread-safe.</summary>
/// <typeparam name="T">Its records.</typeparam>
internal sealed class RunCursor<T>
    where T : unmanaged
{
    private readonly RunTables _tables;
    private readonly TablePlace _place;
    private readonly byte[] _scratch = new byte[RunLayout.BlockLength];
    private readonly T[] _records;
    private long _block = -1;
    private int _count;
    private int _next;

    internal RunCursor(RunTables tables, RunTable table)
    {
        _tables = tables;
        _place = tables.Layout.Of(table);
        _records = new T[_place.PerBlock];
    }

    /// <summary>The record that <see cref="MoveNext"/> came to.</summary>
    internal ref readonly T Current => ref _records[_next - 1];

    /// <summary>Goes to the next record.</summary>
    /// <exception cref="RunFileException">Its block cannot be read or is torn.</exception>
    internal bool MoveNext()
    {
        if (_next < _count)
        {
            _next++;
            return true;
        }

        if (_block + 1 >= _place.Blocks)
        {
            return false;
        }

        _block++;
        _count = _place.RecordsIn(_block);
        MemoryMarshal.Cast<byte, T>(_tables.ReadBlock(in _place, _block, _scratch))[.._count].CopyTo(_records);
        _next = 1;
        return true;
    }
}
