using System.Text;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Histories;

/// <summary>Snapshots of a tree that changes at random, and a slow account of what each path was.</summary>
internal sealed class RandomPast : IDisposable
{
    private const int MaxSnapshots = 12;
    private static readonly string[] NamePool = ["a", "b", "c", "2026-11-02T00-00-00Z", "é"];
    private static readonly uint[] Modes = [0x1ED, 0x1ED, 0x1C0, 0x1E8, 0x1C9, 0x1C5]; // 0755 twice, 0700, 0750, 0711, 0705
    private readonly Random _random;
    private readonly List<string> _times = [];

    /// <summary>The newest snapshot that is whole; -1 for none.</summary>
    private readonly int _newest = -1;

    /// <summary>For each snapshot, what each path is: null for a directory, otherwise what must be equal in one version.</summary>
    private readonly List<Dictionary<string, string?>> _states = [];

    public RandomPast(Random random, MountOptions? options = null)
    {
        _random = random;
        MemorySnapshotSource source = new();
        TestTree tree = new(source);
        TestNode root = TestNode.Directory();
        int count = random.Next(1, MaxSnapshots);
        for (int i = 0; i < count; i++)
        {
            for (int changes = random.Next(4); changes > 0; changes--)
            {
                Change(root, 0);
            }

            root.Mode = random.Next(8) == 0 ? 0x1C0U : 0x1EDU; // 0700, 0755

            _times.Add($"2026-11-{i + 1:00}T00-00-00Z");
            bool isPartial = random.Next(4) == 0;
            _newest = isPartial ? _newest : i;
            tree.AddSnapshot(
                "box", "root", $"2026-11-{i + 1:00}T00:00:00Z", root, complete: head => head with { IsPartial = isPartial });
        }

        Mount = TestMount.Open(source, tree.Owners, options ?? new MountOptions());
        foreach (string time in _times)
        {
            Dictionary<string, string?> state = [];
            Walk($"hosts/box/root/{time}", "", state);
            _states.Add(state);
        }
    }

    public TestMount Mount { get; }

    /// <summary>Where the tree of each snapshot is.</summary>
    public IEnumerable<string> Trees => _times.Select(time => $"hosts/box/root/{time}");

    /// <summary>All paths that there ever were, that of the root empty.</summary>
    public IEnumerable<string> Paths => _states.SelectMany(state => state.Keys).Distinct();

    /// <summary>The names that belong below a path.</summary>
    public List<string> Expected(string path) =>
        [.. Children(path).Concat(Versions(path).Select(version => version.Name)).Order(StringComparer.Ordinal)];

    /// <summary>The versions that a path had as something else than a directory, and where each is.</summary>
    public IEnumerable<(string Name, string Place)> Versions(string path)
    {
        HashSet<string> seen = [];
        HashSet<string> names = [.. Children(path)];
        for (int i = 0; i < _states.Count; i++)
        {
            if (_states[i].GetValueOrDefault(path) is { } version && seen.Add(version))
            {
                string name = _times[i];
                while (names.Contains(name))
                {
                    name += "%";
                }

                yield return (name, $"hosts/box/root/{_times[i]}{path}");
            }
        }
    }

    /// <summary>Whether a path is a directory that is there still.</summary>
    public bool IsDirectoryNow(string path) => _newest >= 0 && _states[_newest].TryGetValue(path, out string? state) && state is null;

    /// <summary>The names below a directory of which is gone what they were last, or what they were last as a directory, and where that
    /// is.</summary>
    public IEnumerable<(string Name, string Place)> Gone(string path)
    {
        foreach (string name in Children(path))
        {
            string child = $"{path}/{name}";
            bool isThere = _states[_newest].TryGetValue(child, out string? now);
            int last = _newest;
            while (last >= 0 && !(_states[last].TryGetValue(child, out string? state) && (!isThere || state is null)))
            {
                last--;
            }

            if (last >= 0 && !(isThere && now is null))
            {
                yield return (name, $"hosts/box/root/{_times[last]}{child}");
            }
        }
    }

    /// <summary>The directories below one that are there still, and were before.</summary>
    public IEnumerable<string> Kept(string path) => Children(path).Where(name => IsDirectoryNow($"{path}/{name}")
        && _states.Take(_newest).Any(state => state.TryGetValue($"{path}/{name}", out string? before) && before is null));

    /// <summary>Whether anything below a directory that is there still is gone.</summary>
    public bool HasGone(string path) =>
        Gone(path).Any() || Children(path).Any(name => IsDirectoryNow($"{path}/{name}") && HasGone($"{path}/{name}"));

    public void Dispose() => Mount.Dispose();

    private IEnumerable<string> Children(string path) => _states.SelectMany(state => state.Keys)
        .Where(other => other.Length > path.Length && other.StartsWith(path + "/", StringComparison.Ordinal)
            && !other[(path.Length + 1)..].Contains('/', StringComparison.Ordinal))
        .Select(other => other[(path.Length + 1)..])
        .Distinct();

    private void Walk(string place, string path, Dictionary<string, string?> state)
    {
        NodeEntry entry = Mount.Find(place);
        if (entry.Attributes.Type == NodeType.Directory)
        {
            state[path] = null;
            foreach (string name in Mount.Names(place))
            {
                Walk($"{place}/{name}", $"{path}/{name}", state);
            }

            return;
        }

        string content = entry.Attributes.Type == NodeType.Symlink ? Mount.Target(place) : Mount.ReadText(place);
        NodeAttributes shown = entry.Attributes;
        state[path] = $"{shown.Type} {shown.Mode} {shown.UserId} {shown.GroupId} {shown.Modified} {shown.Size} {content} "
            + Mount.Xattr(place, "user.note");
    }

    private void Change(TestNode directory, int depth)
    {
        string name = NamePool[_random.Next(NamePool.Length)];
        string key = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name)); // as the tree wants raw names
        bool isThere = directory.Children.TryGetValue(key, out TestNode? child);
        if (isThere && child!.Type == NodeType.Directory && _random.Next(5) > 0)
        {
            Change(child, depth + 1);
            return;
        }

        switch (_random.Next(6))
        {
            case 0:
                directory.Children.Remove(key);
                break;
            case 1 when depth < 3:
                TestNode made = TestNode.Directory();
                made.Mode = Modes[_random.Next(Modes.Length)];
                made.UserId = (uint)_random.Next(3);
                made.GroupId = (uint)_random.Next(3);
                directory.Children[key] = made;
                Change(made, depth + 1);
                break;
            case 2:
                directory.Children[key] = TestNode.Link($"to {_random.Next(3)}");
                break;
            case 3 when isThere && child!.Type == NodeType.File:
                child.Inode = 0; // another file with all the same is the same version
                child.Changed = new Timestamp(_random.Next(1_000_000), 0);
                break;
            default:
                TestNode file = new()
                {
                    Content = Encoding.UTF8.GetBytes($"text {_random.Next(3)}"),
                    IsInline = true,
                    Mode = _random.Next(4) == 0 ? 0x180U : 0x1A4U,
                    UserId = (uint)_random.Next(2),
                };
                if (_random.Next(3) == 0)
                {
                    file.Xattrs["user.note"] = [(byte)('0' + _random.Next(2))];
                }

                directory.Children[key] = file;
                break;
        }
    }
}
