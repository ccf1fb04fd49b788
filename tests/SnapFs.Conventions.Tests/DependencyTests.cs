using System.Xml.Linq;

namespace SnapFs.Conventions.Tests;

/// <summary>Layers are a table, and this is the table; docs/architecture.md explains it.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["SnapFs.Core"] = [],
        ["SnapFs.Posix"] = ["SnapFs.Core"],
        ["SnapFs.Storage"] = ["SnapFs.Core", "SnapFs.Posix"],
        ["SnapFs.Repository"] = ["SnapFs.Core", "SnapFs.Storage"],
        ["SnapFs.Files"] = ["SnapFs.Core", "SnapFs.Posix"],
        ["SnapFs.Afs"] = ["SnapFs.Core", "SnapFs.Files", "SnapFs.Mount"],
        ["SnapFs.Mount"] = ["SnapFs.Core"],
        ["SnapFs.Mount.Fuse"] = ["SnapFs.Core", "SnapFs.Posix", "SnapFs.Mount"],
        ["SnapFs.Jobs"] =
        [
            "SnapFs.Core", "SnapFs.Posix", "SnapFs.Storage", "SnapFs.Repository", "SnapFs.Files", "SnapFs.Afs",
        ],
        ["SnapFs.Cli"] =
        [
            "SnapFs.Core", "SnapFs.Posix", "SnapFs.Storage", "SnapFs.Repository", "SnapFs.Files", "SnapFs.Afs", "SnapFs.Mount",
            "SnapFs.Mount.Fuse", "SnapFs.Jobs",
        ],
    };

    /// <summary>Only the program talks to people, only the core encrypts and compresses; the rest needs the framework alone.</summary>
    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["SnapFs.Core"] = ["NSec.Cryptography", "ZstdNet"],
        ["SnapFs.Cli"] = ["System.CommandLine"],
    };

    [Fact]
    public void Every_project_below_src_has_a_row_in_the_table() => Assert.Equal(
        AllowedReferences.Keys.Order(StringComparer.Ordinal),
        SourceProjects().Select(project => project.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void No_project_references_one_that_the_table_does_not_name()
    {
        List<string> unexpected = [];
        foreach ((string name, XDocument project) in SourceProjects())
        {
            unexpected.AddRange(References(project)
                .Except(AllowedReferences[name])
                .Select(reference => $"{name} -> {reference}"));
        }

        Assert.Empty(unexpected);
    }

    [Fact]
    public void The_assemblies_that_are_built_reference_only_what_the_table_names()
    {
        // The compiler leaves unused references out, so this finds transitive ones that the code came to use.
        List<string> unexpected = [];
        foreach (System.Reflection.Assembly assembly in SourceAssemblies.All)
        {
            string name = SourceAssemblies.ProjectOf(assembly);
            unexpected.AddRange(assembly.GetReferencedAssemblies()
                .Select(reference => reference.Name!) // not null: a compiled reference has a name
                .Where(reference => reference.StartsWith("SnapFs.", StringComparison.Ordinal))
                .Except(AllowedReferences[name])
                .Select(reference => $"{name} -> {reference}"));
        }

        Assert.Empty(unexpected);
    }

    [Fact]
    public void Product_code_does_not_reference_test_code() => Assert.DoesNotContain(
        SourceProjects().SelectMany(project => References(project.Value)),
        reference => reference.Contains("Test", StringComparison.Ordinal));

    [Fact]
    public void Packages_are_used_only_where_the_table_names_them()
    {
        List<string> unexpected = [];
        foreach ((string name, XDocument project) in SourceProjects())
        {
            unexpected.AddRange(Packages(project)
                .Except(AllowedPackages.GetValueOrDefault(name, []))
                .Select(package => $"{name} uses {package}"));
        }

        Assert.Empty(unexpected);
    }

    [Fact]
    public void Every_package_has_a_line_in_docs_dependencies()
    {
        string documented = SourceTree.Read("docs/dependencies.md");
        IEnumerable<string> packages = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(element => element.Attribute("Include")!.Value); // not null: NuGet refuses a version without a name

        Assert.All(packages, package => Assert.Contains($"| {package} ", documented, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_native_library_that_is_loaded_has_a_line_in_docs_dependencies()
    {
        string documented = SourceTree.Read("docs/dependencies.md");
        Assert.Contains("| libsodium ", documented, StringComparison.Ordinal);
        Assert.Contains("| libzstd ", documented, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsafe_code_is_allowed_only_where_there_is_interop()
    {
        IEnumerable<string> offenders = SourceProjects()
            .Where(project => project.Value.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true"))
            .Select(project => project.Key)
            .Where(name => !SourceTree.Files($"src/{name}", ".cs").Any(UsesInterop));

        Assert.Empty(offenders);
    }

    [Fact]
    public void No_backend_is_known_outside_of_the_storage_project()
    {
        System.Reflection.Assembly storage = SourceAssemblies.All.Single(
            assembly => SourceAssemblies.ProjectOf(assembly) == "SnapFs.Storage");
        Type contract = storage.GetType("SnapFs.Storage.IStorage", throwOnError: true)!; // it throws instead of null

        // Memory is one that tests fill by hand; all others are opened by their address.
        IEnumerable<string> known = storage.GetExportedTypes()
            .Where(type => type.IsClass && contract.IsAssignableFrom(type))
            .Select(type => type.Name);

        Assert.Equal(["MemoryStorage"], known);
    }

    private static bool UsesInterop(string path)
    {
        string text = SourceTree.Read(path);
        return path.Contains("/Interop/", StringComparison.Ordinal)
            || text.Contains("unsafe", StringComparison.Ordinal)
            || text.Contains("[LibraryImport", StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, XDocument>> SourceProjects() => SourceTree.Projects
        .Where(project => File.Exists(Path.Combine(SourceTree.Root, "src", project.Key, project.Key + ".csproj")));

    private static IEnumerable<string> References(XDocument project) => project.Descendants("ProjectReference")
        .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value)); // MSBuild requires it

    private static IEnumerable<string> Packages(XDocument project) => project.Descendants("PackageReference")
        .Select(element => element.Attribute("Include")!.Value); // MSBuild requires it
}
