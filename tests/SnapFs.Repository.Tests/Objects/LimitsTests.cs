using System.Globalization;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Tests.Vectors;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Trees;
using Xunit;

namespace SnapFs.Repository.Tests.Objects;

/// <summary>The tables of <c>docs/format.md</c> section 11 and the code say the same.</summary>
public sealed class LimitsTests
{
    private const int KiB = 1024;

    [Fact]
    public void The_document_has_the_limits_that_the_code_has()
    {
        Dictionary<string, string> expected = new()
        {
            ["config"] = Size(ConfigCodec.MaxLength),
            ["object in `keys/` or `gc/`"] = Size(CertifiedObject.MaxLength),
            ["lease"] = Size(LeaseCodec.MaxLength),
            ["snapshot"] = Size(SnapshotLimits.MaxObject),
            ["index object; heads; pack footer"] =
                SameSize(IndexObjectCodec.MaxLength, HeadsCodec.MaxLength, PackLayout.MaxFooter) + " each",
            ["sealed head of an index or heads object"] = Size(SignedObject.MaxHead),
            ["block of heads"] = Size(HeadsCodec.MaxBlock),
            ["signed part of a snapshot"] = Size(SnapshotLimits.MaxSignedPart),
            ["pack"] = $"{PackLayout.MaxPack / KiB / KiB / KiB} GiB",
            ["epochs of a domain"] = $"{DomainSecrets.MaxEpochs}",
            ["patterns of a certificate; one of them"] = $"{Certificate.MaxPatterns}; {Certificate.MaxPattern} bytes",
            ["chunk limits"] = "1 ≤ minimum ≤ target ≤ maximum ≤ 64 MiB, 64 ≤ target",
            ["group limits"] = $"at most {Size((int)GroupLimits.Largest)} each, group size at least 1",
            ["zstd level"] = $"{ZstdCompressor.MinLevel} to {ZstdCompressor.MaxLevel}",
            ["plain frame"] = Size(PackLayout.MaxFramePlain),
            ["tree page, chunk list"] = Size(TreeLimits.MaxPage),
            ["levels of pages, of chunk lists"] = $"{TreeLimits.MaxLevels} above level 0",
            ["name; symlink target; inline file"] =
                $"{TreeLimits.MaxName}; {TreeLimits.MaxTarget}; {TreeLimits.MaxInline} bytes",
            ["extended attribute name; value"] = Sizes(TreeLimits.MaxXattrName, TreeLimits.MaxXattrValue),
            ["label, name of a signer, reason"] = $"{AdministratorObject.MaxName} bytes",
            ["host; source, agent, tag or problem; path in a snapshot"] =
                Sizes(SnapshotLimits.MaxHost, SnapshotLimits.MaxText, SnapshotLimits.MaxPath),
            ["problems; omissions of a snapshot"] = $"{SnapshotLimits.MaxProblems}; {SnapshotLimits.MaxOmissions}",
            ["name on Linux"] = Size(TreeLimits.MaxWrittenName),
            ["node"] = Size(TreeLimits.MaxNode),
            ["value of an extended attribute in its node"] = $"{TreeLimits.MaxInlineXattr} bytes",
            [$"attributes of a node, after which values over {ChunkId.Length} bytes become chunks"] =
                Size(TreeLimits.MaxInlineXattrs),
            ["page with more than one node"] =
                $"{Size(TreeLimits.PageSplitMax)}, and {Size(TreeLimits.PageSplitMax)} of owners",
            ["entries of a chunk list"] = $"{TreeLimits.ChunkListFanout}",
            ["text of a problem, cut in its middle; texts and paths of all"] =
                $"{SnapshotLimits.MaxProblemText} bytes; {Size(SnapshotLimits.MaxProblemBytes)}",
            ["path of a problem or omission"] = Size(SnapshotLimits.MaxRecordedPath),
            ["omissions of one kind; their paths; paths of all omissions"] = $"{SnapshotLimits.MaxOmissionsOfKind}; "
                + $"{Size(SnapshotLimits.MaxOmissionBytesOfKind)}; {Size(SnapshotLimits.MaxOmissionBytes)}",
            ["exclude patterns; backed-up paths; tags of a snapshot"] =
                Sizes(SnapshotLimits.MaxExcludeBytes, SnapshotLimits.MaxPathBytes, SnapshotLimits.MaxTagBytes),
            ["frames and footer of a pack"] = $"{Size(PackSize.Largest)} and one frame",
            ["catalogue; block of heads"] = Sizes(CatalogueTiers.MaxLength, HeadsCodec.MaxWrittenBlock),
            ["heads; a snapshot in them, whole"] = Sizes(HeadsCodec.MaxWritten, HeadsWriter.MaxSnapshot),
        };
        Assert.Equal(
            expected.OrderBy(row => row.Key, StringComparer.Ordinal),
            Documented().OrderBy(row => row.Key, StringComparer.Ordinal));
        Assert.Equal(64 * KiB * KiB, ChunkLimits.LargestMax);
        Assert.Equal(PackSize.Largest, PackSize.Of(long.MaxValue).Max);
    }

    private static Dictionary<string, string> Documented()
    {
        string document = Path.Combine(VectorFile.Directory, "..", "..", "docs", "format.md");
        Dictionary<string, string> rows = [];
        foreach (string line in File.ReadLines(document)
            .SkipWhile(line => line != "## 11. Limits")
            .TakeWhile(line => !line.StartsWith("## 12.", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line != "| What | Limit |"))
        {
            string[] cells = line.Split(" | ");
            rows.Add(cells[0][2..], cells[1][..^2]);
        }

        return rows;
    }

    private static string SameSize(params int[] limits) => Size(Assert.Single(limits.Distinct()));

    private static string Sizes(params int[] limits)
    {
        string[] sizes = [.. limits.Select(Size)];
        for (int i = 0; i < sizes.Length - 1; i++)
        {
            bool sharesUnit = sizes[i].EndsWith(" bytes", StringComparison.Ordinal)
                && sizes[i + 1].EndsWith(" bytes", StringComparison.Ordinal);
            sizes[i] = sharesUnit ? sizes[i][..^6] : sizes[i];
        }

        return string.Join("; ", sizes);
    }

    private static string Size(int limit) => limit switch
    {
        >= KiB * KiB when limit % (KiB * KiB) == 0 => $"{limit / KiB / KiB} MiB",
        >= KiB when limit % KiB == 0 => $"{limit / KiB} KiB",
        _ => limit.ToString(CultureInfo.InvariantCulture) + " bytes",
    };
}
