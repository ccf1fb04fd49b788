namespace SnapFs.Repository.Checks;

/// <summary>One thing that is wrong, or worth knowing.</summary>
/// <param name="Subject">The object, as the user can find it.</param>
/// <param name="What">What is wrong with it, without a full stop.</param>
/// <param name="Advice">What the user can do; empty if nothing needs to be done.</param>
public sealed record CheckFinding(string Subject, string What, string Advice)
{
    /// <summary>Whether the object cannot be read, which may have another cause than damage.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>One line.</summary>
    public override string ToString() => Advice.Length == 0 ? $"{Subject}: {What}" : $"{Subject}: {What}; {Advice}";
}
