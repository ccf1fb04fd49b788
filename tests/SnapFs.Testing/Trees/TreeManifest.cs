using System.Globalization;

namespace SnapFs.Testing.Trees;

/// <summary>
/// Everything that can be observed about a directory tree, read without following links and without paths longer than
/// one name, so that two trees can be compared field by field.
/// </summary>
public sealed class TreeManifest
{
    private readonly SortedDictionary<string, TreeRecord> records = new(StringComparer.Ordinal);

    private TreeManifest()
    {
    }

    /// <summary>All entries by path; the scanned directory itself is <c>.</c>.</summary>
    public IReadOnlyDictionary<string, TreeRecord> Records => records;

    /// <summary>Reads a tree.</summary>
    /// <exception cref="IOException">An entry could not be read; the message names call and entry.</exception>
    public static TreeManifest Scan(string path)
    {
        TreeManifest manifest = new();
        using (DirectoryHandle root = DirectoryHandle.Open(path))
        {
            manifest.Add(root, default, ".");
            manifest.Walk(root, "");
        }

        manifest.FindLinkGroups();
        return manifest;
    }

    /// <summary>Lists every field in which two trees differ; an empty list means they are the same.</summary>
    public static IReadOnlyList<TreeDifference> Compare(
        TreeManifest expected, TreeManifest actual, TreeFields fields = TreeFields.Restorable)
    {
        List<TreeDifference> differences = [];
        foreach (string path in expected.records.Keys.Union(actual.records.Keys).Order(StringComparer.Ordinal))
        {
            bool isExpected = expected.records.TryGetValue(path, out TreeRecord? wanted);
            bool isFound = actual.records.TryGetValue(path, out TreeRecord? found);
            if (isExpected && isFound)
            {
                differences.AddRange(Differences(wanted!, found!).Where(difference => fields.HasFlag(difference.Field)));
            }
            else
            {
                differences.Add(new TreeDifference(
                    path, TreeFields.Presence, isExpected ? "present" : "absent", isFound ? "present" : "absent"));
            }
        }

        return differences;
    }

    private static IEnumerable<TreeDifference> Differences(TreeRecord wanted, TreeRecord found)
    {
        (TreeFields Field, string Expected, string Actual)[] values =
        [
            (TreeFields.Kind, wanted.Kind.ToString(), found.Kind.ToString()),
            (TreeFields.Mode, Octal(wanted.Mode), Octal(found.Mode)),
            (TreeFields.Owner, Text($"{wanted.UserId}:{wanted.GroupId}"), Text($"{found.UserId}:{found.GroupId}")),
            (TreeFields.ModifyTime, Time(wanted.ModifyTime), Time(found.ModifyTime)),
            (TreeFields.ChangeTime, Time(wanted.ChangeTime), Time(found.ChangeTime)),
            (TreeFields.BirthTime, Time(wanted.BirthTime), Time(found.BirthTime)),
            (TreeFields.Length, Text($"{wanted.Length}"), Text($"{found.Length}")),
            (TreeFields.LinkCount, Text($"{wanted.LinkCount}"), Text($"{found.LinkCount}")),
            (TreeFields.LinkGroup, wanted.LinkGroup, found.LinkGroup),
            (TreeFields.Target, wanted.Target, found.Target),
            (TreeFields.Device, wanted.Device, found.Device),
            (TreeFields.Xattrs, XattrText(wanted), XattrText(found)),
            (TreeFields.Content, wanted.ContentHash, found.ContentHash),
            (TreeFields.Holes, wanted.DataPages, found.DataPages),
        ];
        return values.Where(value => value.Expected != value.Actual)
            .Select(value => new TreeDifference(wanted.Path, value.Field, value.Expected, value.Actual));
    }

    private void Walk(DirectoryHandle directory, string prefix)
    {
        foreach (byte[] name in directory.ReadNames())
        {
            string path = prefix + RawName.Escape(name);
            if (Add(directory, name, path) == EntryKind.Directory)
            {
                using DirectoryHandle below = directory.Enter(name);
                Walk(below, path + "/");
            }
        }
    }

    private EntryKind Add(DirectoryHandle directory, ReadOnlySpan<byte> name, string path)
    {
        Libc.StatxBuffer stat = directory.Stat(name);
        EntryKind kind = KindOf(stat.Mode);
        bool isDevice = kind is EntryKind.CharacterDevice or EntryKind.BlockDevice;
        (string hash, string pages) = kind == EntryKind.Regular
            ? ReadContent(directory, name, (long)stat.Size)
            : ("", "");
        records.Add(path, new TreeRecord
        {
            Path = path,
            Kind = kind,
            Mode = stat.Mode & 0xfffu,
            UserId = stat.UserId,
            GroupId = stat.GroupId,
            ModifyTime = new FileTime(stat.ModifyTime.Seconds, stat.ModifyTime.Nanoseconds),
            ChangeTime = new FileTime(stat.ChangeTime.Seconds, stat.ChangeTime.Nanoseconds),
            BirthTime = new FileTime(stat.BirthTime.Seconds, stat.BirthTime.Nanoseconds),
            Length = kind is EntryKind.Regular or EntryKind.Symlink ? (long)stat.Size : 0,
            LinkCount = kind == EntryKind.Directory ? 0 : stat.LinkCount,
            Target = kind == EntryKind.Symlink ? RawName.Escape(directory.ReadLink(name)) : "",
            Device = isDevice ? Text($"{stat.DeviceNodeMajor}:{stat.DeviceNodeMinor}") : "",
            Xattrs = directory.ReadXattrs(name)
                .ToDictionary(pair => pair.Key, pair => Convert.ToHexStringLower(pair.Value)),
            ContentHash = hash,
            DataPages = pages,
            Identity = (stat.DeviceMajor, stat.DeviceMinor, stat.Inode),
        });
        return kind;
    }

    private void FindLinkGroups()
    {
        foreach (IGrouping<(uint, uint, ulong), TreeRecord> group in records.Values
            .Where(record => record.LinkCount > 1)
            .GroupBy(record => record.Identity)
            .ToList())
        {
            string names = string.Join('\n', group.Select(record => record.Path).Order(StringComparer.Ordinal));
            foreach (TreeRecord record in group)
            {
                records[record.Path] = record with { LinkGroup = names };
            }
        }
    }

    /// <summary>Hashes a file's bytes and maps where its data lies.</summary>
    private static (string Hash, string Pages) ReadContent(DirectoryHandle directory, ReadOnlySpan<byte> name, long length)
    {
        int file = directory.OpenFile(name, Libc.OpenReadOnly);
        try
        {
            List<(long Start, long End)> extents = FileContent.DataExtents(file, length);
            string pages = string.Join(' ', FileContent.MergePages(extents)
                .Select(extent => Text($"{extent.First}-{extent.End}")));
            return (FileContent.Hash(file, name, length, extents), pages);
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    private static EntryKind KindOf(ushort mode) => (mode >> 12) switch
    {
        1 => EntryKind.Fifo,
        2 => EntryKind.CharacterDevice,
        4 => EntryKind.Directory,
        6 => EntryKind.BlockDevice,
        8 => EntryKind.Regular,
        10 => EntryKind.Symlink,
        12 => EntryKind.Socket,
        _ => throw new InvalidDataException(Text($"unknown file type in mode {mode:x}")),
    };

    private static string XattrText(TreeRecord record) =>
        string.Join(' ', record.Xattrs.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}=0x{pair.Value}"));

    private static string Octal(uint mode) => Convert.ToString(mode, 8);

    private static string Time(FileTime time) => Text($"{time.Seconds}.{time.Nanoseconds:d9}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
