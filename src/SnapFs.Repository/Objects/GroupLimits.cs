namespace SnapFs.Repository.Objects;

/// <summary>How small chunks share frames.</summary>
/// <param name="SmallerThan">A chunk shorter than this shares a frame with its neighbours, bytes; 0: none does.</param>
/// <param name="Size">A shared frame is closed once its plain bytes reach this.</param>
public readonly record struct GroupLimits(uint SmallerThan, uint Size)
{
    /// <summary>The largest value of either, bytes.</summary>
    public const uint Largest = 16 * 1024 * 1024;

    /// <summary>What a new repository gets.</summary>
    public static GroupLimits Default { get; } = new(128 * 1024, 256 * 1024);

    /// <summary>Whether writers can keep to these; limits that were read from a config are refused otherwise.</summary>
    public bool IsValid => SmallerThan <= Largest && Size is >= 1 and <= Largest;
}
