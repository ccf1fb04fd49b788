using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The golden vectors, by the program's own codecs. A program that follows <c>docs/format.md</c> alone wrote them
/// (<c>tests/vectors/write_vectors.py</c>); those of a released format are never written anew.</summary>
public sealed class VectorTests : IDisposable
{
    private readonly VectorKeys _keys = new();

    public static TheoryData<string> Names() => new(VectorFile.AllNames());

    public void Dispose() => _keys.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_decodes_to_what_its_header_says(string name)
    {
        VectorFile vector = VectorFile.Read(name);
        string kind = vector["object"];
        switch (vector["expect"])
        {
            case "ok":
                Dictionary<string, string> decoded = VectorDecoder.Decode(_keys, kind, vector.Content);
                Assert.Equal(
                    vector.Expected.OrderBy(field => field.Key, StringComparer.Ordinal),
                    decoded.OrderBy(field => field.Key, StringComparer.Ordinal));
                break;
            case "damaged":
                SnapFsException damage = Assert.ThrowsAny<SnapFsException>(
                    () => VectorDecoder.Decode(_keys, kind, vector.Content));
                Assert.True(damage.Kind == ErrorKind.Damaged || damage is KeyFileException, damage.ToString());
                break;
            case "newer":
                NewerFormatException newer = Assert.Throws<NewerFormatException>(
                    () => VectorDecoder.Decode(_keys, kind, vector.Content));
                Assert.Contains("update snapfs", newer.Message, StringComparison.Ordinal);
                break;
            default:
                Assert.Fail($"{name} expects '{vector["expect"]}'");
                break;
        }
    }

    [Fact]
    public void Every_kind_of_object_has_a_vector()
    {
        IEnumerable<string> kinds = VectorFile.AllNames()
            .Select(VectorFile.Read)
            .Where(vector => vector["expect"] == "ok")
            .Select(vector => vector["object"])
            .Distinct();
        IEnumerable<string> expected = Enum.GetNames<FormatKind>()
            .Select(kind => kind.ToLowerInvariant())
            .Concat(["chunker", "key-file", "paper-key", "tree-page"]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), kinds.Order(StringComparer.Ordinal));
    }
}
