namespace SnapFs.Testing.Trees;

/// <summary>The fields of a <see cref="TreeRecord"/> that a comparison looks at.</summary>
[Flags]
public enum TreeFields
{
    None = 0,
    Kind = 1,
    Mode = 2,
    Owner = 4,
    ModifyTime = 8,
    Length = 16,
    LinkCount = 32,
    LinkGroup = 64,
    Target = 128,
    Device = 256,
    Xattrs = 512,
    Content = 1024,
    Holes = 2048,

    /// <summary>Only a mount can show it; no call sets it.</summary>
    ChangeTime = 4096,

    /// <summary>Only a mount can show it; no call sets it.</summary>
    BirthTime = 8192,

    /// <summary>The entry is missing on one side.</summary>
    Presence = 16384,

    /// <summary>Everything a restore can bring back.</summary>
    Restorable = Presence | Kind | Mode | Owner | ModifyTime | Length | LinkCount | LinkGroup | Target | Device | Xattrs
        | Content | Holes,
}

/// <summary>One field of one entry that is not as expected.</summary>
/// <param name="Path">The entry, in the form of <see cref="RawName"/>.</param>
/// <param name="Field">What differs.</param>
/// <param name="Expected">The value on the expected side.</param>
/// <param name="Actual">The value found.</param>
public sealed record TreeDifference(string Path, TreeFields Field, string Expected, string Actual)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Field}: expected {Expected}, found {Actual}";
}
