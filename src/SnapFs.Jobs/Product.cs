using System.Reflection;

namespace SnapFs.Jobs;

/// <summary>What this program is.</summary>
public static class Product
{
    /// <summary>Its version: <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>Its name and version, as snapshots record them.</summary>
    public static string Agent { get; } = $"snapfs {Version}";
}
