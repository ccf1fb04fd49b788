using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SnapFs.Testing.Volumes;
using SnapFs.Volumes.Acls;
using SnapFs.Volumes.Chains;
using SnapFs.Volumes.Dumps;
using SnapFs.Volumes.Trees;

namespace SnapFs.Volumes.Tests.Chains;

/// <summary>Chains of real dumps against lists of what the live volume was.</summary>
public sealed class VolumeStateSampleTests
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";
    private const string S2 = "user.alice.s2.inc";
    private const string S3 = "user.alice.s3.inc";

    public static TheoryData<string, string[]> ChainsOfSamples => new()
    {
        { "user.alice.s0", [S0] },
        { "user.alice.s0", ["user.alice.backup.s0.full"] },
        { "user.alice.s1", [S0, S1] },
        { "user.alice.s1", [S0, "user.alice.s1.inc-omitdirs"] },
        { "user.alice.s1", [S0, "user.alice.backup.s1.inc"] },
        { "user.alice.s1", ["user.alice.backup.s0.full", "user.alice.backup.s1.inc"] },
        { "user.alice.s2", [S0, S1, S2] },
        { "user.alice.s2", [S0, "user.alice.s2.cum"] },
        { "user.alice.s2", [S0, S1, "user.alice.s2.cum"] },
        { "user.alice.s2", [S0, "user.alice.backup.s1.inc", "user.alice.s2.inc-clone"] },
        { "user.alice.s3", [S0, S1, S2, S3] },
        { "user.alice.s3", [S0, S1, "user.alice.s2.inc-clone", S3] },
        { "user.alice.s4", [S0, S1, S2, S3, "user.alice.s4.inc-nochange"] },
        { "user.alice.s4", ["user.alice.s4.full"] },
        { "mail.alice.s0", ["mail.alice.backup.s0.full"] },
        { "mail.alice.s1", ["mail.alice.backup.s0.full", "mail.alice.backup.s1.inc"] },
    };

    [Theory]
    [MemberData(nameof(ChainsOfSamples))]
    public void A_chain_leads_to_what_the_volume_was(string expected, string[] dumps)
    {
        VolumeState<KeptVnode> state = new();
        foreach (string dump in dumps)
        {
            state = VolumeContents.Apply(state, DumpSamples.Read($"{dump}.dump"));
        }

        VolumeTree tree = VolumeContents.TreeOf(state);

        Assert.Empty(tree.Problems);
        Assert.Empty(tree.Orphans);
        AssertEqual(expected, state, tree);
    }

    [Theory]
    [MemberData(nameof(ChainsOfSamples))]
    public void The_rules_let_every_link_of_the_chain_pass(string expected, string[] dumps)
    {
        List<DumpFacts> chain = [];
        foreach (string dump in dumps)
        {
            DumpFacts facts = FactsOf(dump);
            ChainVerdict verdict = ChainRules.Judge(chain, facts);
            Assert.True(verdict.Fit == (facts.IsFull ? ChainFit.StartsChain : ChainFit.Fits), $"{expected}: {verdict.Message}");
            chain.Add(facts);
        }
    }

    [Fact]
    public void An_increment_after_a_skipped_one_breaks_the_chain_and_leaves_the_state_alone()
    {
        VolumeState<KeptVnode> before = VolumeContents.Apply(new VolumeState<KeptVnode>(), DumpSamples.Read($"{S0}.dump"));

        ChainException e = Assert.Throws<ChainException>(() => VolumeContents.Apply(before, DumpSamples.Read($"{S2}.dump")));

        Assert.Matches(@"^chain broken: vnode \d+\.\d+ is listed as unchanged but the chain does not hold it", e.Message);
        AssertEqual("user.alice.s0", before, VolumeContents.TreeOf(before));
    }

    internal static DumpFacts FactsOf(string dump)
    {
        DumpReader reader = new(new MemoryStream(DumpSamples.Read($"{dump}.dump")));
        return DumpFacts.Of(reader.Header, reader.Volume);
    }

    private static void AssertEqual(string list, VolumeState<KeptVnode> state, VolumeTree tree)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(DumpSamples.Folder, $"{list}.manifest.json")));
        Dictionary<string, string> expected = document.RootElement.GetProperty("entries").EnumerateObject()
            .ToDictionary(entry => Convert.ToHexString(Decode(entry.Name)), entry => Describe(entry.Value));
        Dictionary<string, string> found = [];
        foreach (int directory in tree.Directories)
        {
            byte[] path = tree.PathOf(directory);
            found.Add(Convert.ToHexString(path.Length == 0 ? "."u8 : path), Describe(state.ValueAt(directory)));
            foreach (TreeEntry entry in tree.EntriesOf(directory).Where(entry => !state.IsDirectoryAt(entry.Child)))
            {
                byte[] file = path.Length == 0 ? entry.Name.ToArray() : [.. path, (byte)'/', .. entry.Name.Span];
                found.Add(Convert.ToHexString(file), Describe(state.ValueAt(entry.Child)));
            }
        }

        Assert.Equal(expected.OrderBy(pair => pair.Key), found.OrderBy(pair => pair.Key));
    }

    private static string Describe(KeptVnode vnode)
    {
        VnodeRecord record = vnode.Record;
        bool isMountPoint = record.Type == VnodeType.Symlink && (record.Mode & 0x49) == 0;
        string type = record.Type switch
        {
            VnodeType.Directory => "dir",
            VnodeType.File => "file",
            _ => isMountPoint ? "mountpoint" : "symlink",
        };
        string common = $"{type} {record.Mode:x} {record.Owner} {record.Group} {record.Author} {record.Modified} "
            + $"{record.Links} {record} {record.DataVersion}";
        return record.Type switch
        {
            VnodeType.Directory => $"{common} {Describe(AfsAccessList.Parse(record.AccessList))}",
            VnodeType.File => $"{common} {vnode.Content.Length} {Convert.ToHexStringLower(SHA256.HashData(vnode.Content))}",
            _ => $"{common} {Convert.ToHexString(vnode.Content)}",
        };
    }

    private static string Describe(AfsAccessList list)
    {
        static string Join(IReadOnlyList<AfsAccessEntry> entries) =>
            string.Join(',', entries.Select(entry => $"{entry.Id}:{(uint)entry.Rights}"));
        return $"{Join(list.Positive)}/{Join(list.Negative)}";
    }

    private static string Describe(JsonElement entry)
    {
        long Number(string name) => entry.GetProperty(name).GetInt64();
        string Text(string name) => entry.GetProperty(name).GetString()!; // every entry has its type's fields
        int mode = Convert.ToInt32(Text("mode")[2..], 8);
        string common = $"{Text("type")} {mode:x} {Number("owner")} {Number("group")} {Number("author")} {Number("mtime")} "
            + $"{Number("nlink")} {Text("fid")} {Number("dv")}";
        return Text("type") switch
        {
            "dir" => $"{common} {Rights(entry, "pos")}/{Rights(entry, "neg")}",
            "file" => $"{common} {Number("size")} {Text("sha256")}",
            _ => $"{common} {Convert.ToHexString(Decode(Text("target")))}",
        };
    }

    private static string Rights(JsonElement entry, string sign) => string.Join(',', entry.GetProperty("acl")
        .GetProperty(sign)
        .EnumerateArray()
        .Select(pair => $"{pair[0].GetInt32()}:{unchecked((uint)pair[1].GetInt64())}"));

    /// <summary>The lists write bytes that are not plain ASCII as <c>%C3</c>.</summary>
    private static byte[] Decode(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return [.. bytes];
    }
}
