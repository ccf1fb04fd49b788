using System.Globalization;
using System.Text;
using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>Dumps that <c>vos</c> made, taken in and looked at in a mount.</summary>
public sealed class VolumeMountTests : IDisposable
{
    private static readonly string Samples = Path.Combine(SnapFsBinary.SourceRoot, "tests/fixtures/afs");

    /// <summary>Times of the states s0 to s4 of user.alice, and the dump that led to each.</summary>
    private static readonly (string Time, string Dump)[] States =
    [
        ("2026.11.21T02-44-23Z", "user.alice.s0.full.dump"),
        ("2026.11.21T02-44-26Z", "user.alice.s1.inc.dump"),
        ("2026.11.21T02-44-28Z", "user.alice.s2.inc.dump"),
        ("2026.11.21T02-44-31Z", "user.alice.s3.inc.dump"),
        ("2026.11.21T02-44-33Z", "user.alice.s4.inc-nochange.dump"),
    ];

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly MountPoint mount;
    private readonly string volume;

    public VolumeMountTests()
    {
        fixture.Run(["volume", "import", "--cell", "example.org", .. States.Select(state => Path.Combine(Samples, state.Dump))])
            .Expect();
        mount = fixture.Mount();
        volume = Path.Combine(mount.Path, "volumes/user.alice");
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Each_state_is_as_the_live_volume_was()
    {
        for (int i = 0; i < States.Length; i++)
        {
            string state = Path.Combine(volume, States[i].Time);
            Assert.Equal(Expected($"user.alice.s{i}.manifest.json"), Shown(state));
        }
    }

    [Fact]
    public void Dumps_come_back_byte_for_byte()
    {
        string chain = Path.Combine(volume, "chains", States[0].Time);
        ProcessRunner.Run("cmp", [Path.Combine(Samples, States[0].Dump), Path.Combine(chain, "full.dump")]).Expect();
        foreach ((string time, string dump) in States[1..])
        {
            ProcessRunner.Run("cmp", [Path.Combine(Samples, dump), Path.Combine(chain, time + ".incr.dump")]).Expect();
        }
    }

    [Fact]
    public void The_full_dump_of_a_day_gives_the_same_volume_when_it_is_taken_in()
    {
        string copy = fixture["day.dump"];
        File.Copy(Path.Combine(volume, "2026.11.21.dump"), copy);
        Assert.Equal(new FileInfo(Path.Combine(volume, States[^1].Time + ".dump")).Length, new FileInfo(copy).Length);

        fixture.Run("volume", "import", "--cell", "other.org", copy).Expect();

        string again = Path.Combine(mount.Path, "volumes/other.org/user.alice/2026.11.21");
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(again), TimeSpan.FromSeconds(30)));
        Assert.Equal(Expected("user.alice.s4.manifest.json"), Shown(again));
    }

    [Fact]
    public void Owners_are_those_who_have_the_saved_name_here_and_numbers_where_nobody_has()
    {
        Assert.Equal("0 1001 1002", OwnersBelow(Path.Combine(volume, States[^1].Time)));
        string names = fixture["names"];
        File.WriteAllText(names, "daemon 1001 -204 -204\nnobody-of-this-name 1002 -204 -204\n");
        fixture.Run(
            "volume", "import", "--cell", "named.org", "--names", names, Path.Combine(Samples, "user.alice.s4.full.dump")).Expect();

        string named = Path.Combine(mount.Path, "volumes/named.org/user.alice/2026.11.21");
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(named), TimeSpan.FromSeconds(30)));
        Assert.Equal("0 1 1002", OwnersBelow(named));
        Assert.Contains(
            "daemon", ProcessRunner.Shell($"getfattr --only-values -n user.afs.acl '{named}/'").Expect().Output, StringComparison.Ordinal);
    }

    private static string OwnersBelow(string directory) => ProcessRunner.Shell(
        $"find '{directory}/' -printf '%U\\n' | sort -nu | paste -sd ' '").Expect().Output.TrimEnd('\n');

    /// <summary>A line of type, mode, owner, links, time, size and content for each path, by path, as a live volume was
    /// walked.</summary>
    private static SortedDictionary<string, string> Expected(string manifest)
    {
        SortedDictionary<string, string> lines = new(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Samples, manifest)));
        foreach (JsonProperty entry in document.RootElement.GetProperty("entries").EnumerateObject())
        {
            JsonElement node = entry.Value;
            string type = node.GetProperty("type").GetString()![..1]; // every entry has one
            int mode = Convert.ToInt32(node.GetProperty("mode").GetString()![2..], 8);
            string content = type switch
            {
                "d" => "",
                "f" => $" {node.GetProperty("size")} {node.GetProperty("sha256")}",
                _ => " " + Unescape(node.GetProperty("target").GetString()!),
            };
            lines[Unescape(entry.Name)] = string.Create(
                CultureInfo.InvariantCulture,
                $"{(type is "s" or "m" ? "l" : type)} {Convert.ToString(mode, 8)} {node.GetProperty("owner")} ")
                + $"{node.GetProperty("nlink")} {node.GetProperty("mtime")}{content}";
        }

        return lines;
    }

    /// <summary>The same of what is mounted. Names are bytes taken for Latin-1.</summary>
    private SortedDictionary<string, string> Shown(string directory)
    {
        fixture.Shell($"""
            cd '{directory}/'
            find . -printf '%P\t%y %m %U %n %T@\t%s\t%l\0' > '{fixture["nodes"]}'
            find . -type f -print0 | xargs -0 sha256sum -z > '{fixture["sums"]}'
            """).Expect();
        Dictionary<string, string> sums = Records("sums").ToDictionary(line => line[68..], line => line[..64]);
        SortedDictionary<string, string> lines = new(StringComparer.Ordinal);
        foreach (string record in Records("nodes"))
        {
            // A name may hold a tab, the other fields not.
            string[] fields = record.Split('\t');
            string name = string.Join('\t', fields[..^3]);
            string type = fields[^3][..1];
            string content = type switch
            {
                "d" => "",
                "f" => $" {fields[^2]} {sums[name]}",
                _ => " " + fields[^1],
            };
            lines[name.Length == 0 ? "." : name] = fields[^3].Split('.')[0] + content;
        }

        return lines;
    }

    private IEnumerable<string> Records(string file) => Encoding.Latin1.GetString(File.ReadAllBytes(fixture[file]))
        .Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The bytes of a percent-encoded name, taken for Latin-1.</summary>
    private static string Unescape(string name) => Encoding.Latin1.GetString(
        System.Web.HttpUtility.UrlDecodeToBytes(name.Replace("+", "%2B", StringComparison.Ordinal)));
}
