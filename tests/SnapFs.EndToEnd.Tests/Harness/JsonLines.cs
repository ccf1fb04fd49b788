using System.Text.Json;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>What the program writes with <c>--json</c>: each line an object.</summary>
internal static class JsonLines
{
    /// <summary>The objects of a type.</summary>
    public static IReadOnlyList<JsonElement> Of(string lines, string type) =>
    [
        .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == type),
    ];

    /// <summary>The members of an object beside its type and its message, as one text: <c>kind=source errno=EACCES</c>.</summary>
    public static string Facts(JsonElement line) => string.Join(' ', line.EnumerateObject()
        .Where(member => member.Name is not ("type" or "message"))
        .Select(member => $"{member.Name}={member.Value}"));
}
