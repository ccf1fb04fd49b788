using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SnapFs.Conventions.Tests;

/// <summary>Errors say what happened, and <c>docs/exit-codes.md</c> lists exactly those there are.</summary>
public sealed partial class ErrorTests
{
    private const string Document = "docs/exit-codes.md";

    [Fact]
    public void The_last_table_lists_every_intended_error_with_its_kind()
    {
        string expected = string.Join('\n', SourceAssemblies.All
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(SnapFsException)) && !type.IsAbstract)
            .Select(type => (type.Name, Kind: FixedKindOf(type)))
            .OrderBy(error => error.Name, StringComparer.Ordinal)
            .Select(error => $"| `{error.Name}` | {error.Kind} |"));

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

    /// <summary>Which number a process ends with is decided in one place; below it, other programs end with numbers too.</summary>
    [Fact]
    public void Nothing_below_the_command_line_knows_exit_codes_of_its_own()
    {
        string[] below = [.. SourceTree.Files("src", ".cs")
            .Where(path => !path.StartsWith("src/SnapFs.Cli/", StringComparison.Ordinal))];
        Assert.NotEmpty(below);

        Assert.Empty(below.SelectMany(path => SourceTree.Read(path).Split('\n')
            .Where(line => OwnExitCode().IsMatch(line))
            .Select(line => $"{path}: {line.Trim()}")));
        Assert.Matches(OwnExitCode(), "ExitCode.Damaged"); // what is sought would be found
    }

    [Fact]
    public void Every_kind_of_error_is_used()
    {
        string source = string.Concat(SourceTree.Files("src", ".cs")
            .Where(path => !path.EndsWith("/ExitCodes.cs", StringComparison.Ordinal))
            .Select(SourceTree.Read));

        Assert.DoesNotContain(
            Enum.GetNames<ErrorKind>(), kind => !source.Contains($"ErrorKind.{kind}", StringComparison.Ordinal));
    }

    /// <summary>
    /// The kind is a constant of the class, so an object whose constructor never ran can tell it; a class that is given it says
    /// <c>varies</c>.
    /// </summary>
    private static string FixedKindOf(Type type)
    {
        SnapFsException error = (SnapFsException)RuntimeHelpers.GetUninitializedObject(type);
        bool isStored = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Any(field => field.FieldType == typeof(ErrorKind));
        return isStored ? "varies" : $"`{char.ToLowerInvariant($"{error.Kind}"[0])}{$"{error.Kind}"[1..]}`";
    }

    [GeneratedRegex(@"^\| `(\w+Exception)` \| (\S+) \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex(@"(?<![pP]rocess\.)ExitCode|exit codes? (is |of |for )?\d")]
    private static partial Regex OwnExitCode();
}
