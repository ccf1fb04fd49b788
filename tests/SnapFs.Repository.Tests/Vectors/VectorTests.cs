using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The golden vectors, by the program's own codecs. They were made once and are never made anew.</summary>
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
                Assert.Equal(ErrorKind.Damaged, damage.Kind);
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
        string[] expected =
        [
            "agent-certificate", "chunker", "config", "domain", "epoch", "index-segment", "key-file", "lease", "pack",
            "paper-key", "passphrase-slot", "snapshot", "tree-page",
        ];
        Assert.Equal(expected, kinds.Order(StringComparer.Ordinal));
    }
}
