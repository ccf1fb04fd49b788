using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>What comes back of files with several names, odd times, and owners that are other people by now.</summary>
[Collection(AloneCollection.Name)]
public sealed class OddRestoreTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly List<string> users = [];

    public void Dispose()
    {
        foreach (string user in users)
        {
            ProcessRunner.Run("userdel", [user]);
        }

        fixture.Dispose();
    }

    [SkippableFact]
    public void An_access_list_names_the_same_person_or_nobody_when_numbers_have_moved()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && ProcessRunner.Exists("useradd"), "making users needs root and useradd");
        string owner = AddUser(61501);
        string stranger = AddUser(61502);
        string source = fixture["d"];
        ProcessRunner.Shell($"""
            mkdir '{source}'
            touch '{source}/f'
            chmod 600 '{source}/f'
            chown {owner} '{source}/f'
            setfacl -m u:{owner}:rw '{source}/f'
            setfacl -d -m u:{owner}:rwx '{source}'
            """).Expect();
        fixture.Run("backup", source, "--source", "d").Expect();
        ProcessRunner.Shell($"""
            usermod -u 61503 {owner}
            usermod -u 61501 {stranger}
            """).Expect();

        fixture.Run("restore", $"latest:{source}", "--target", fixture["o"]).Expect();

        string lists = ProcessRunner.Shell($"stat -c %U '{fixture["o"]}/f'; getfacl -cpR '{fixture["o"]}'").Expect().Output;
        Assert.StartsWith(owner, lists, StringComparison.Ordinal);
        Assert.Contains($"user:{owner}:rw-", lists, StringComparison.Ordinal);
        Assert.Contains($"default:user:{owner}:rwx", lists, StringComparison.Ordinal);
        Assert.DoesNotContain(stranger, lists, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_one_file_are_made_one_again_whichever_is_missing()
    {
        string source = fixture["s"];
        string target = fixture["o"];
        ProcessRunner.Shell($"""
            mkdir -p '{source}/a' '{source}/b'
            cd '{source}'
            echo hi > a/l
            mkfifo a/p
            ln -s t a/y
            ln a/l a/p a/y b/
            """).Expect();
        fixture.Run("backup", source, "--source", "s").Expect();
        Restore();
        File.Delete(target + "/a/l");
        Restore();
        ProcessRunner.Shell($"rm '{target}/b/l'; cp -p '{target}/a/l' '{target}/b/l'").Expect();
        Restore();

        fixture.Run("restore", $"latest:{source}/b", "--target", fixture["one"]).Expect();
        Assert.Equal("hi\n", File.ReadAllText(fixture["one"] + "/l"));

        void Restore()
        {
            fixture.Run("restore", $"latest:{source}", "--target", target).Expect();
            string inodes = ProcessRunner.Shell($"cd '{target}'; stat -c %i a/l b/l a/p b/p a/y b/y").Expect().Output;
            string[] lines = inodes.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(3, lines.Distinct().Count());
            Assert.Equal(lines[0], lines[1]);
            Assert.Equal(lines[2], lines[3]);
        }
    }

    [SkippableFact]
    public void Times_before_Christ_and_after_the_Sun_come_back()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        string memory = fixture["m"];
        ProcessRunner.Shell($"""
            mkdir '{memory}'
            mount -t tmpfs none '{memory}'
            mkdir '{memory}/d'
            for t in -1 -2208988800 -140210000000000 8589934592 910692648000 140210000000000; do touch -d "@$t" "{memory}/d/f$t"; done
            """).Expect();

        fixture.Run("backup", memory + "/d", "--source", "t").Expect();
        fixture.Run("ls", "-l", $"latest:{memory}/d").Expect();
        fixture.Run("restore", $"latest:{memory}/d", "--target", memory + "/o").Expect();

        Assert.Equal(TimesOf(memory + "/d"), TimesOf(memory + "/o"));
    }

    private static string TimesOf(string directory) =>
        ProcessRunner.Shell($"cd '{directory}'; stat -c '%n %Y' *").Expect().Output;

    private string AddUser(int number)
    {
        string name = $"snapfs{number}";
        ProcessRunner.Run("useradd", ["-M", "-u", $"{number}", name]).Expect();
        users.Add(name);
        return name;
    }
}
