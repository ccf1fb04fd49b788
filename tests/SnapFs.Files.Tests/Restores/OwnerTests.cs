using System.Buffers.Binary;
using SnapFs.Files.Backups;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Owners;
using SnapFs.Posix.Files;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>Owners and access lists on a machine whose numbers mean other people. The source knows the users <c>daemon</c> (1) and
/// <c>bin</c> (2), as every Linux does.</summary>
public sealed class OwnerTests : IDisposable
{
    private const string Access = "system.posix_acl_access";
    private const string Default = "system.posix_acl_default";

    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public void A_user_who_has_another_number_here_gets_the_file_and_its_access_lists()
    {
        BackupResult backup = BackUp("chown 1:1 f", ("f", Access, 2), ("d", Default, 2));

        RestoreResult result = Run(backup, new FakeUsers { ["daemon"] = 4001, ["bin"] = 4002, ["eve"] = 2, ["mallory"] = 1 });

        Assert.Equal("4001 4001", Stat("%u %g", "f"));
        Assert.Equal([4002u], Named("f", Access));
        Assert.Equal([4002u], Named("d", Default));
        Assert.Equal((0L, 0L), (result.OwnersLost, result.EntriesDropped));
    }

    [SkippableFact]
    public void A_stranger_who_has_the_number_of_somebody_unknown_gets_nothing()
    {
        BackupResult backup = BackUp("chown 1:1 f; chmod 6770 f", ("f", Access, 2), ("d", Default, 2));

        RestoreResult result = Run(backup, new FakeUsers { ["eve"] = 2, ["mallory"] = 1 });

        Assert.Equal("0 0 700", Stat("%u %g %a", "f"));
        Assert.Empty(Named("f", Access));
        Assert.Empty(Named("d", Default));
        Assert.Equal((1L, 2L), (result.OwnersLost, result.EntriesDropped));
        Assert.True(result.IsWhole);
    }

    [SkippableFact]
    public void A_number_that_nobody_has_here_stays()
    {
        BackupResult backup = BackUp("chown 1:1234567 f", ("f", Access, 2), ("d", Access, 4242424));

        RestoreResult result = Run(backup, new FakeUsers());

        Assert.Equal("1 1234567", Stat("%u %g", "f"));
        Assert.Equal([2u], Named("f", Access));
        Assert.Equal([4242424u], Named("d", Access));
        Assert.Equal((0L, 0L), (result.OwnersLost, result.EntriesDropped));
    }

    [SkippableFact]
    public void Numbers_are_taken_as_they_are_when_that_is_asked()
    {
        BackupResult backup = BackUp("chown 1:1 f", ("f", Access, 2));

        Run(backup, new FakeUsers { ["eve"] = 2, ["daemon"] = 4001 }, options => options with { NumericIds = true });

        Assert.Equal("1 1", Stat("%u %g", "f"));
        Assert.Equal([2u], Named("f", Access));
    }

    [SkippableFact]
    public void A_list_that_was_too_long_for_a_node_goes_by_name_as_well()
    {
        uint[] users = [2, .. Enumerable.Range(0, 200).Select(i => (uint)(3_000_000 + i))];
        BackupResult backup = BackUp("true", [.. users.Select(user => ("f", Access, user))]);

        Run(backup, new FakeUsers { ["bin"] = 4002, ["eve"] = 2, ["mallory"] = 3_000_007 });

        Assert.Equal(
            [4002u, .. Enumerable.Range(0, 200).Where(i => i != 7).Select(i => (uint)(3_000_000 + i))], Named("f", Access));
    }

    /// <summary>Backs up a file and a directory after a script, with users in their access lists who may read and write.</summary>
    private BackupResult BackUp(string script, params (string Name, string List, uint User)[] named)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "giving files away needs root");
        string tree = new TestTree { ["f"] = "text", ["d/x"] = "" }.WriteTo(_directory["tree"]);
        foreach (IGrouping<(string Name, string List), uint> list in named.GroupBy(entry => (entry.Name, entry.List), entry => entry.User))
        {
            byte[] value = PosixAcl.Of(7, list.Select(user => (user, 6U)), group: 4, mask: 7, other: 0);
            byte[] path = RawPath.Terminate(RawPath.FromText($"{tree}/{list.Key.Name}"));
            byte[] name = RawPath.Terminate(RawPath.FromText(list.Key.List));
            int result = Posix.Interop.Libc.setxattr(in path[0], in name[0], in value[0], value.Length, 0);
            Skip.IfNot(result == 0, "this file system has no access lists");
        }

        Shell.Run("sh", "-ec", $"cd '{tree}'; {script}");
        return Backup.Run(_sink, tree);
    }

    private RestoreResult Run(BackupResult backup, FakeUsers users, Func<RestoreOptions, RestoreOptions>? change = null)
    {
        RestoreOptions options = Restore.Into(_directory["out"], backup) with { Users = users };
        RestoreResult result = Restore.Run(_sink, backup, change?.Invoke(options) ?? options, _directory["tree"]);
        Assert.Equal([], result.Problems);
        return result;
    }

    private string Stat(string format, string name) =>
        Shell.Run("stat", "-c", format, _directory["out/" + name]).TrimEnd('\n');

    /// <summary>The users that a list names.</summary>
    private List<uint> Named(string name, string list)
    {
        Dictionary<string, string> xattrs = TreeManifest.Scan(_directory["out"]).Records[name].Xattrs
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        byte[] value = Convert.FromHexString(xattrs.GetValueOrDefault(list, ""));
        List<uint> named = [];
        for (int at = 4; at + 8 <= value.Length; at += 8)
        {
            if (value[at] == 2)
            {
                named.Add(BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(at + 4)));
            }
        }

        named.Sort();
        return named;
    }
}
