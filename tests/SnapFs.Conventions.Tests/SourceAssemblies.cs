using System.Reflection;

namespace SnapFs.Conventions.Tests;

/// <summary>The built product, as this test project references it.</summary>
internal static class SourceAssemblies
{
    /// <summary>Every assembly made from a project below <c>src/</c>.</summary>
    public static IReadOnlyList<Assembly> All { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => IsOfProduct(Path.GetFileNameWithoutExtension(path)))
            .Select(Assembly.LoadFrom),
    ];

    /// <summary>The project an assembly is built from; the program's own is named after its command.</summary>
    public static string ProjectOf(Assembly assembly)
    {
        string name = assembly.GetName().Name!; // not null: it was loaded from a named file
        return name == "snapfs" ? "SnapFs.Cli" : name;
    }

    private static bool IsOfProduct(string name) =>
        name == "snapfs" || Directory.Exists(Path.Combine(SourceTree.Root, "src", name));
}
