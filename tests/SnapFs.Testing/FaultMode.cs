namespace SnapFs.Testing;

/// <summary>When an injected fault strikes.</summary>
public enum FaultMode
{
    /// <summary>The call fails and nothing of it was done.</summary>
    Before,

    /// <summary>The call was done, but the caller is told that it failed: a reply that was lost.</summary>
    After,
}
