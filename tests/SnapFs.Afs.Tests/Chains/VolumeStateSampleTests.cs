using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Chains;

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
        Dictionary<string, string> expected = SampleStates.Read(list);
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

    private static string Describe(KeptVnode vnode) => SampleStates.Describe(vnode.Record, vnode.Content);
}
