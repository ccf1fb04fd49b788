using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>What an entry of a directory is among what was deleted.</summary>
/// <param name="Type">What it was; a directory also if it is one still.</param>
/// <param name="Snapshot">The last snapshot that has it; -1 if it is there still, and something below it may not be.</param>
internal readonly record struct DeletedEntry(NodeType Type, int Snapshot)
{
    /// <summary>Whether it is there still.</summary>
    internal bool IsThere => Snapshot < 0;

    /// <summary>Tells from what an entry was; null if nothing of it was deleted.</summary>
    /// <param name="changes">What it was, the oldest first.</param>
    /// <param name="newest">The snapshot that tells what is there still.</param>
    internal static DeletedEntry? Of(ReadOnlySpan<EntryChange> changes, int newest)
    {
        int last = changes.Length - 1;
        while (last >= 0 && changes[last].At > newest)
        {
            last--;
        }

        if (last < 0)
        {
            return null;
        }

        if (changes[last].Directory is { } now)
        {
            foreach (EntryChange change in changes[..last])
            {
                if (change.Directory is { } before && before.Tree.Id != now.Tree.Id)
                {
                    return new DeletedEntry(NodeType.Directory, -1);
                }
            }

            return null;
        }

        for (int i = last - 1; i >= 0; i--)
        {
            // A file in the place of another is its next version; in the place of a directory it is all that is left of it.
            if (changes[i].Type is { } type && (changes[last].Type is null || type == NodeType.Directory))
            {
                return new DeletedEntry(type, changes[i + 1].Before);
            }
        }

        return null;
    }
}
