using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Tests.Objects;

/// <summary>A snapshot with something in every field.</summary>
internal static class SampleSnapshot
{
    internal static SnapshotHead Head() => new()
    {
        Id = default,
        Host = "mail",
        Source = "etc+home-ann",
        Started = new Timestamp(1_763_692_800, 5),
        Ended = new Timestamp(-1, 999_999_999),
        Tags = ["first", "größer"],
        Agent = "snapfs 0.1.0",
        Root = RootPage(),
        Statistics = new SnapshotStatistics
        {
            Entries = 1,
            Files = 2,
            Directories = 3,
            Bytes = 4,
            FilesNew = 5,
            FilesChanged = 6,
            FilesUnchanged = 7,
            BytesAdded = 8,
            BytesStored = 1L << 40,
            Problems = 1,
        },
    };

    /// <summary>One made of an increment of a volume.</summary>
    internal static SnapshotHead VolumeHead() => Head() with
    {
        Host = "example.org",
        Source = "user.alice",
        Volume = new SnapshotVolume
        {
            Cell = "example.org",
            Name = "user.alice",
            Id = 536_870_931,
            Full = ObjectId.Of("full"u8),
            Predecessor = ObjectId.Of("increment"u8),
        },
        Dump = new SnapshotDump
        {
            Name = "user.alice.backup",
            Id = 536_870_933,
            Type = 2,
            From = 1_795_228_999,
            To = 1_795_229_071,
            CreationDate = 1_795_229_070,
            UpdateDate = 1_795_229_060,
            BackupDate = 1_795_229_071,
            AccessDate = uint.MaxValue,
            TakenAt = 1_795_229_072,
            Length = 1L << 33,
            FullLength = (1L << 34) + 5,
            Quota = 5000,
            Used = 4321,
        },
    };

    internal static SnapshotBody Body()
    {
        ByteWriter node = new();
        NodeView root = new() { Type = NodeType.Directory, Mode = 0x1ED, LinkCount = 20, Tree = RootPage() };
        NodeCodec.Write(node, in root, new ByteWriter());
        return new SnapshotBody
        {
            RootNode = node.ToArray(),
            RootUser = "root"u8.ToArray(),
            RootGroup = "wheel"u8.ToArray(),
            Paths = ["/etc"u8.ToArray(), new byte[] { 0x2F, 0xFF }],
            Problems =
            [
                new SnapshotProblem("/usr/x"u8.ToArray(), OmissionKind.UnreadableFile, 13, "/usr/x: permission denied"),
                SnapshotProblem.OfText("größer"),
            ],
            MoreProblems = 3,
            Omissions =
            [
                new Omission("/usr/x"u8.ToArray(), OmissionKind.UnreadableFile),
                new Omission(new byte[] { 0x2F, 0xFF }, OmissionKind.Excluded),
            ],
            MoreOmissions = new Dictionary<OmissionKind, long>
            {
                [OmissionKind.UnreadableDirectory] = 1,
                [OmissionKind.Vanished] = long.MaxValue,
            },
            Selection = new SnapshotSelection
            {
                Excludes = ["*.o"u8.ToArray(), new byte[] { 0xFF }],
                MoreExcludes = 7,
                ExcludesCaches = true,
            },
        };
    }

    private static ChunkRef RootPage() => new(ChunkId.Read(ObjectId.Of("root page"u8).Span), 1234);
}
