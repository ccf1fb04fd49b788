namespace SnapFs.Repository.Indexes;

/// <summary>Merges the chunks of some runs, and leaves out what is there twice.</summary>
internal sealed class ChunkMerger
{
    private readonly RunCursor<ChunkRecord>[] _cursors;
    private readonly NumberMap[] _frames;
    private readonly int[] _live;
    private readonly List<ChunkRecord> _equal = [];
    private int _liveCount;

    /// <param name="runs">The oldest first.</param>
    /// <param name="frames">What the numbers of the frames of each become.</param>
    internal ChunkMerger(IReadOnlyList<RunTables> runs, NumberMap[] frames)
    {
        _frames = frames;
        _cursors = [.. runs.Select(run => new RunCursor<ChunkRecord>(run, RunTable.Chunks))];
        _live = new int[runs.Count];
        for (int i = 0; i < _cursors.Length; i++)
        {
            if (_cursors[i].MoveNext())
            {
                _live[_liveCount++] = i;
            }
        }
    }

    /// <summary>Writes the table of chunks.</summary>
    /// <exception cref="RunFileException">A run cannot be read, is torn or was written wrong.</exception>
    internal void Merge(RunWriter writer)
    {
        while (_liveCount > 0)
        {
            CutId id = TakeLeast();
            while (_liveCount > 0 && CutId.Compare(in Least(out int at), in id) == 0)
            {
                Take(at);
            }

            WriteEqual(writer);
        }
    }

    private CutId TakeLeast()
    {
        CutId id = Least(out int at);
        Take(at);
        return id;
    }

    private ref readonly CutId Least(out int at)
    {
        at = 0;
        for (int i = 1; i < _liveCount; i++)
        {
            if (CutId.Compare(in _cursors[_live[i]].Current.Id, in _cursors[_live[at]].Current.Id) < 0)
            {
                at = i;
            }
        }

        return ref _cursors[_live[at]].Current.Id;
    }

    private void Take(int at)
    {
        int run = _live[at];
        ChunkRecord chunk = _cursors[run].Current;
        chunk.Frame = _frames[run][chunk.Frame];
        _equal.Add(chunk);
        if (!_cursors[run].MoveNext())
        {
            _live[at] = _live[--_liveCount];
        }
    }

    private void WriteEqual(RunWriter writer)
    {
        if (_equal.Count > 1)
        {
            _equal.Sort(static (left, right) => IndexRunBuilder.Compare(in left, in right));
        }

        ChunkRecord last = default;
        for (int i = 0; i < _equal.Count; i++)
        {
            ChunkRecord chunk = _equal[i];
            if (i == 0 || (chunk.Frame, chunk.Offset, chunk.Length) != (last.Frame, last.Offset, last.Length))
            {
                writer.AddChunk(in chunk);
                last = chunk;
            }
        }

        _equal.Clear();
    }
}
