using System.Text;
using System.Text.Json;
using SnapFs.Jobs.Backups;
using SnapFs.Posix.Files;

namespace SnapFs.Jobs.Importing;

/// <summary>Members of JSON that another program wrote, none of which need be there or be what it should be.</summary>
internal static class ForeignJson
{
    private const int IdLength = 64;
    private const int MostDepth = 16;

    /// <summary>Reads one value.</summary>
    /// <param name="program">Who wrote it, for the message: <c>'restic snapshots'</c>.</param>
    /// <param name="bytes">All of it.</param>
    /// <exception cref="JobException">It is no JSON.</exception>
    public static JsonDocument Read(string program, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MostDepth });
        }
        catch (JsonException)
        {
            throw Refuse(program, "it is no JSON");
        }
    }

    /// <summary>What is thrown if something in it makes no sense.</summary>
    public static JobException Refuse(string program, string why) =>
        new(ErrorKind.Source, $"{program} gave what cannot be understood: {why}");

    /// <summary>A member; a default if it is not there.</summary>
    public static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member) ? member : default;

    /// <summary>The elements of a member that is a list; none if it is not.</summary>
    public static IEnumerable<JsonElement> List(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A text; null if it is none, or has halves of characters.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escape of one half of a pair
        }
    }

    /// <summary>A member that is a text; null if it is none.</summary>
    public static string? Text(JsonElement value, string name) => Text(Member(value, name));

    /// <summary>A member that is a whole number that is not negative; null if it is none.</summary>
    public static long? Number(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long result) && result >= 0
            ? result
            : null;

    /// <summary>The same of an id of a user or a group.</summary>
    public static uint? Id(JsonElement value, string name) => Number(value, name) is <= uint.MaxValue and long id ? (uint)id : null;

    /// <summary>The id of a snapshot; null if it is none.</summary>
    public static string? SnapshotId(JsonElement value, string name) =>
        Text(value, name) is { Length: IdLength } id && id.All(char.IsAsciiHexDigitLower) ? id : null;

    /// <summary>A name that a snapshot can have; null if it has none.</summary>
    public static string? Name(JsonElement value, string name) =>
        Text(value, name) is { } text && SourceNames.IsValid(text) ? text : null;

    /// <summary>A path in a listing, with a slash before it.</summary>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="JobException">It leads out of what is listed.</exception>
    public static byte[]? Path(string program, JsonElement value, string name)
    {
        if (Text(value, name) is not { } text)
        {
            return null;
        }

        byte[] path = Encoding.UTF8.GetBytes(text);
        IReadOnlyList<byte[]> parts = RawPath.Components(path);
        if (path.Contains((byte)0) || parts.Any(part => part.AsSpan().SequenceEqual(".."u8)))
        {
            throw Refuse(program, $"the path {SafeText.Of(path)}");
        }

        return RawPath.Normalize(path, "/"u8);
    }
}
