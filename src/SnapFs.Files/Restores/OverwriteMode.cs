namespace SnapFs.Files.Restores;

/// <summary>What a restore does with a file that exists.</summary>
public enum OverwriteMode
{
    /// <summary>Keeps the content if size and modification time are those of the snapshot.</summary>
    IfChanged,

    /// <summary>Writes it anew.</summary>
    Always,

    /// <summary>Leaves it as it is.</summary>
    Never,
}
