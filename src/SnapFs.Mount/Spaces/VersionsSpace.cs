using System.Text;
using SnapFs.Mount.Histories;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>Paths with their versions: of a directory the names that any snapshot has in it, and of what is no directory one entry for
/// each version.</summary>
internal sealed class VersionsSpace(MountOptions options, StoredTrees trees, PathHistories histories)
    : PastSpace(options, trees, histories, NodeIds.VersionsSlot)
{
    /// <summary>Positions of versions come after those of all names.</summary>
    private const ulong FirstVersion = 1UL << 40;

    private protected override MountStatus Lookup(HistoryNode node, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        entry = default;
        PathHistory history = Histories.Of(node);
        if (history.HasDirectories && Histories.OfEntry(node, history, name) is { } below)
        {
            return Give(node, node.Place, name, below, out entry);
        }

        foreach (FileVersion version in Histories.VersionsOf(node, history))
        {
            if (Ascii.Equals(name.TrimEnd((byte)'%'), history.Set.Names[version.At])
                && name.SequenceEqual(NameOf(node, history, version)))
            {
                return GiveStored(history.Set, version.At, node.Path[..^1], node.Name, caller, out entry);
            }
        }

        return MountStatus.NotFound;
    }

    private protected override void ListEntries<TSink>(HistoryNode node, ulong from, ref TSink sink)
    {
        PathHistory history = Histories.Of(node);
        if (!history.HasDirectories || from >= FirstVersion || ListNames(node, history, from, ref sink))
        {
            ListVersions(node, history, from, ref sink);
        }
    }

    /// <summary>Lists the names that any snapshot has in a directory; false if the sink is full.</summary>
    private bool ListNames<TSink>(HistoryNode node, PathHistory history, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        DirectoryHistory entries = Histories.EntriesOf(node, history);
        for (int number = (int)Math.Min(Dots.Skip(from), (ulong)entries.Count); number < entries.Count; number++)
        {
            ReadOnlySpan<byte> name = entries.NameAt(number);
            ulong position = (ulong)number + Dots.Count + 1;
            if (!sink.Add(name, position, Unopened(NodeType.Directory, InodeNumber.Below(node.Inode, name))))
            {
                return false;
            }
        }

        return true;
    }

    private void ListVersions<TSink>(HistoryNode node, PathHistory history, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        FileVersion[] versions = Histories.VersionsOf(node, history);
        ulong first = Math.Max(from, FirstVersion) - FirstVersion;
        for (int i = (int)Math.Min(first, (ulong)versions.Length); i < versions.Length; i++)
        {
            FileVersion version = versions[i];
            if (!sink.Add(NameOf(node, history, version), FirstVersion + (ulong)i + 1, Unopened(version.Type, version.Inode)))
            {
                return;
            }
        }
    }

    /// <summary>The name of a version: the time of the first snapshot that has it, with a <c>%</c> behind it if that is the name of an
    /// entry of the directory that the path was besides.</summary>
    private byte[] NameOf(HistoryNode node, PathHistory history, in FileVersion version)
    {
        byte[] name = Encoding.ASCII.GetBytes(history.Set.Names[version.At]);
        while (history.HasDirectories && Histories.EntriesOf(node, history).Find(name) >= 0)
        {
            name = [.. name, (byte)'%'];
        }

        return name;
    }
}
