namespace SnapFs.Repository.Indexes;

/// <summary>The frames of a run that lie in packs which do not count.</summary>
internal sealed class GoneFrames
{
    private readonly List<uint> _ends = [];
    private readonly List<(uint First, uint Pack)> _packs = [];

    /// <summary>Whether there are none.</summary>
    internal bool IsEmpty => _packs.Count == 0;

    /// <summary>Finds them.</summary>
    /// <param name="tables">The run.</param>
    /// <param name="counts">Whether a pack of it counts.</param>
    /// <exception cref="RunFileException">A block cannot be read or is torn.</exception>
    internal static GoneFrames Find(RunTables tables, Func<uint, bool> counts)
    {
        GoneFrames gone = new();
        for (uint i = 0; i < tables.PackCount; i++)
        {
            if (!counts(i))
            {
                uint end = i + 1 < tables.PackCount
                    ? tables.Read<PackEntry>(RunTable.Packs, i + 1).FirstFrame
                    : tables.FrameCount;
                gone._packs.Add((tables.Read<PackEntry>(RunTable.Packs, i).FirstFrame, i));
                gone._ends.Add(end);
            }
        }

        return gone;
    }

    /// <summary>The pack of a frame, if it is one of them.</summary>
    internal bool TryGetPack(uint frame, out uint pack)
    {
        int found = _ends.BinarySearch(frame);
        int next = found >= 0 ? found + 1 : ~found; // the first that ends behind the frame

        // Packs without frames end where the one before does.
        while (next < _ends.Count && _ends[next] <= frame)
        {
            next++;
        }

        pack = next < _packs.Count ? _packs[next].Pack : 0;
        return next < _packs.Count && _packs[next].First <= frame;
    }
}
