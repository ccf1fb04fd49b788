namespace SnapFs.Testing.Trees;

/// <summary>What a <see cref="TortureTree"/> contains beyond one of everything.</summary>
public sealed record TortureOptions
{
    /// <summary>Entries of the one large directory.</summary>
    public int WideEntries { get; init; } = 5_000;

    /// <summary>Directories in the one deep path.</summary>
    public int DeepLevels { get; init; } = 200;

    /// <summary>
    /// Length of each name in the deep path. With 30 the whole path is longer than PATH_MAX, which only programs that
    /// walk by descriptors survive; cp, tar and rsync do not.
    /// </summary>
    public int DeepNameLength { get; init; } = 30;

    /// <summary>Length of the large sparse file, bytes; its data lies around 4 GiB and at the very end.</summary>
    public long SparseLength { get; init; } = (4L << 30) + 1_012_345;

    /// <summary>Length of the incompressible file, bytes.</summary>
    public int RandomLength { get; init; } = 10 << 20;

    /// <summary>Seed of all content.</summary>
    public int Seed { get; init; } = 20_261_121;

    /// <summary>The size for every run of the tests.</summary>
    public static TortureOptions ShortRun => new();

    /// <summary>The size for <c>test.sh --long</c>.</summary>
    public static TortureOptions LongRun => new() { WideEntries = 100_000, RandomLength = 64 << 20 };

    /// <summary>Short or long, as the environment variable SNAPFS_LONG says.</summary>
    public static TortureOptions FromEnvironment => TestScale.IsLong ? LongRun : ShortRun;

    /// <summary>The same tree with a deep path short enough for programs that use whole paths.</summary>
    public TortureOptions WithinPathMax => this with { DeepNameLength = 8 };
}
