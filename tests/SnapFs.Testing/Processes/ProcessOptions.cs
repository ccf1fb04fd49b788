namespace SnapFs.Testing.Processes;

/// <summary>How to start a program.</summary>
public sealed record ProcessOptions
{
    /// <summary>Variables to set beside the inherited ones; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Its working directory; the test's own if null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>After this time the program is killed and the test fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What it reads from standard input.</summary>
    public string Input { get; init; } = "";
}
