using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SnapFs.Conventions.Tests;

/// <summary>docs/exit-codes.md lists exactly the codes and errors there are.</summary>
public sealed partial class ExitCodeTests
{
    private const string Document = "docs/exit-codes.md";

    [Fact]
    public void The_first_table_lists_every_exit_code_once()
    {
        IEnumerable<int> documented = CodeRow().Matches(SourceTree.Read(Document))
            .Select(match => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));

        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code).Order(), documented);
    }

    [Fact]
    public void The_second_table_lists_every_intended_error_with_its_code()
    {
        string expected = string.Join('\n', SourceAssemblies.All
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(SnapFsException)) && !type.IsAbstract)
            .Select(type => (type.Name, Code: FixedCodeOf(type)))
            .OrderBy(error => error.Name, StringComparer.Ordinal)
            .Select(error => $"| `{error.Name}` | {error.Code} |"));

        string documented = string.Join('\n', ErrorRow().Matches(SourceTree.Read(Document))
            .Select(match => $"| `{match.Groups[1].Value}` | {match.Groups[2].Value} |"));
        Assert.True(expected == documented, $"the table of errors in {Document} must read\n{expected}\n");
    }

    [Fact]
    public void Every_public_error_derives_from_the_one_root()
    {
        IEnumerable<string> strays = SourceAssemblies.All
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsPublic && type.IsSubclassOf(typeof(Exception)) && type != typeof(SnapFsException))
            .Where(type => !type.IsSubclassOf(typeof(SnapFsException)))
            .Select(type => type.FullName ?? type.Name);

        Assert.Empty(strays);
    }

    /// <summary>
    /// The code is a constant of the class, so an object whose constructor never ran can tell it; a class that computes
    /// it says <c>varies</c>.
    /// </summary>
    private static string FixedCodeOf(Type type)
    {
        MethodInfo getter = type.GetProperty(nameof(SnapFsException.ExitCode))!.GetMethod!; // both on the base class
        SnapFsException error = (SnapFsException)RuntimeHelpers.GetUninitializedObject(type);
        bool isStored = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Any(field => field.FieldType == typeof(ExitCode));
        return isStored || getter.IsAbstract
            ? "varies"
            : ((int)error.ExitCode).ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\| (\d+) \| ", RegexOptions.Multiline)]
    private static partial Regex CodeRow();

    [GeneratedRegex(@"^\| `(\w+)` \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();
}
