namespace SnapFs.Repository.Indexes;

/// <summary>A run in a file of the local cache.</summary>
/// <param name="Path">The file.</param>
/// <param name="Tables">Its tables.</param>
/// <param name="Objects">What it stands for.</param>
internal sealed record StoredRun(string Path, RunTables Tables, CoveredObject[] Objects)
{
    /// <summary>Reads what a run stands for.</summary>
    /// <exception cref="RunFileException">It cannot be read or is torn.</exception>
    internal static CoveredObject[] ObjectsOf(RunTables tables)
    {
        List<CoveredObject> objects = [];
        RunCursor<CoveredObject> cursor = new(tables, RunTable.Objects);
        while (cursor.MoveNext())
        {
            objects.Add(cursor.Current);
        }

        return [.. objects];
    }
}

/// <summary>Runs that were merged.</summary>
/// <param name="Runs">The runs, oldest first.</param>
/// <param name="Result">What they became.</param>
/// <param name="Packs">What the numbers of the packs of each became.</param>
internal sealed record RunMerge(StoredRun[] Runs, StoredRun Result, NumberMap[] Packs);
