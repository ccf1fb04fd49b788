using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What <c>vos</c> and <c>fs</c> can do wrong while a volume is given back: one line each, and nothing lost.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class VosFailureTests(AfsCellFixture fixture) : IDisposable
{
    private const string User = "65534";
    private const string Place = $"--server {AfsCell.Server} --partition {AfsCell.Partition}";
    private readonly RepositoryFixture repository = new RepositoryFixture().Initialise();

    public void Dispose() => repository.Dispose();

    [SkippableFact]
    public void Without_vos_the_package_is_named()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "hiding a program needs root");
        string empty = repository["empty"];
        Directory.CreateDirectory(empty);
        foreach (string command in (string[])["restore latest v v.R", "replace v v.R --yes", "discard v --yes"])
        {
            // In a mount namespace of its own nothing is left where programs are; a shell that runs needs none.
            ProcessResult result = ProcessRunner.Run(
                "unshare",
                ["--mount", "sh", "-c", $"mount --bind '{empty}' /usr/bin && exec '{SnapFsBinary.Path}' volume {command}"],
                new ProcessOptions { Environment = repository.Environment });

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Equal("snapfs: vos is not installed here: it is in the Debian package openafs-client\n", result.Error);
        }
    }

    [SkippableFact]
    public void Without_rights_the_line_says_how_to_get_them_and_no_volume_is_made()
    {
        LiveVolume volume = Imported("nr.");
        string name = fixture.Cell.UniqueName("nrR.");
        string home = repository["home"];
        Directory.CreateDirectory(home);
        ProcessRunner.Shell($"""
            chmod 755 '{Path.GetDirectoryName(home)}'
            chmod -R a+rX '{repository.Repository}'
            chown {User}:{User} '{home}'
            """).Expect();

        foreach (string command in (string[])[$"restore latest {volume.Name} {name} {Place}", $"discard {volume.Name} --yes"])
        {
            ProcessResult result = repository.ShellAs(User, $"export SNAPFS_CACHE_DIR='{home}'; snapfs volume {command}");

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Single(Lines(result.Error));
            Assert.Matches(
                "^snapfs: 'vos (restore|remove)' failed: .*; get tokens of an administrator first, or run as root on a server with "
                + "--localauth\n$",
                result.Error);
        }

        Assert.False(AfsCell.Exists(name));
        Assert.Null(AfsCell.OnServer(name));
        Assert.True(AfsCell.Exists(volume.Name));
    }

    [SkippableFact]
    public void A_restored_volume_is_mounted_by_fs_and_if_that_fails_it_is_there_all_the_same()
    {
        LiveVolume volume = Imported("mnt.");
        string said = repository["said"];
        string path = VosScript.Fs(repository["fs"], $"printf '%s\\n' \"$@\" > '{said}'");
        string first = fixture.Cell.UniqueName("mntR.");

        ProcessResult mounted = With(path, $"volume restore latest {volume.Name} {first} --mount '/afs/.cell/a b'").Expect();

        Assert.Contains(", mounted at /afs/.cell/a b", mounted.Output, StringComparison.Ordinal);
        Assert.Equal(["mkmount", "-dir", "/afs/.cell/a b", "-vol", first], File.ReadAllLines(said));
        fixture.Cell.Find(first);

        string fails = VosScript.Fs(repository["fails"], "echo \"fs: File '/afs/x' doesn't exist\" >&2; exit 1");
        string second = fixture.Cell.UniqueName("mntR.");
        ProcessResult failed = With(fails, $"volume restore latest {volume.Name} {second} --mount /afs/x");

        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Equal(
            $"snapfs: 'fs mkmount' failed: fs: File '/afs/x' doesn't exist; the volume {second} is restored; mount it with "
            + $"'fs mkmount /afs/x {second}'\n",
            failed.Error);
        Assert.Empty(VolumeManifest.Compare(volume.Walk(), fixture.Cell.Find(second).Walk()));
    }

    [SkippableTheory]
    [InlineData(1, "; everything is as it was\n")]
    [InlineData(2, "; the damaged volume is now called {0}.old: 'vos rename {0}.old {0}' gives it its name back\n")]
    public void A_replacement_whose_second_rename_fails_is_undone_or_says_how_to(int failures, string ending)
    {
        LiveVolume damaged = Imported("rep.");
        LiveVolume restored = fixture.Cell.Create(damaged.Name + "R");
        string count = repository["count"];
        string path = VosScript.Before(
            repository["vos"],
            $"""
            if [ "$1" = rename ]; then
                echo >> '{count}'
                renames=$(wc -l < '{count}')
                if [ "$renames" -gt 1 ] && [ "$renames" -le {1 + failures} ]; then echo 'VLDB: vldb entry is locked' >&2; exit 1; fi
            fi
            """);

        ProcessResult result = With(path, $"volume replace {damaged.Name} {restored.Name} --yes");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Single(Lines(result.Error));
        Assert.EndsWith(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, ending, damaged.Name), result.Error, StringComparison.Ordinal);
        bool isUndone = failures == 1;
        Assert.Equal(isUndone, AfsCell.Exists(damaged.Name));
        Assert.Equal(!isUndone, AfsCell.Exists(damaged.Name + ".old"));
        Assert.True(AfsCell.Exists(restored.Name));
        Assert.Equal(damaged.Id, fixture.Cell.Find(isUndone ? damaged.Name : damaged.Name + ".old").Id);
    }

    [SkippableFact]
    public void After_a_killed_vos_only_the_transaction_on_the_half_made_volume_is_ended_and_the_volume_is_removed()
    {
        LiveVolume volume = Imported("kil.");
        string calls = repository["calls"];
        string path = VosScript.Does(
            repository["vos"],
            $"""
            echo "$1 $2 $3 $4" >> '{calls}'
            case $1 in
            examine) echo 'VLDB: no such entry' >&2; exit 1 ;;
            restore) echo "Restoring volume $4 Id 536879999 on server $2 partition /vicepa .."; kill -9 $$ ;;
            listvldb) echo 'VLDB: no such entry' >&2; exit 1 ;;
            status) cat <<'END'
            Total transactions: 2
            --------------------------------------
            transaction: 20  created: Sat Nov 21 14:25:40 2026
            lastActiveTime: Sat Nov 21 14:25:40 2026
            volume: 536870912  partition: /vicepa  procedure: Dump
            packetRead: 4  lastReceiveTime: Sat Nov 21 14:25:40 2026
            packetSend: 1  lastSendTime: Sat Nov 21 14:25:40 2026
            --------------------------------------
            transaction: 21  created: Sat Nov 21 14:25:46 2026
            lastActiveTime: Sat Nov 21 14:25:46 2026
            volume: 536879999  partition: /vicepa  procedure: Restore
            --------------------------------------
            END
            ;;
            zap) if [ "$(grep -c zap '{calls}')" = 1 ]; then echo 'VOLSER: volume is busy' >&2; exit 1; fi ;;
            esac
            """);

        ProcessResult result = With(path, $"volume restore latest {volume.Name} kil.R {Place}");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal("snapfs: 'vos restore' failed: exit code 137\n", result.Error);
        Assert.Equal(
            [
                "examine kil.R -noresolve -localauth", $"restore {AfsCell.Server} a kil.R", "listvldb -name 536879999 -noresolve",
                $"status {AfsCell.Server} -noresolve -localauth", $"endtrans {AfsCell.Server} 21 -noresolve",
                $"zap {AfsCell.Server} a 536879999", $"zap {AfsCell.Server} a 536879999",
            ],
            File.ReadAllLines(calls));
    }

    [SkippableFact]
    public void A_real_vos_that_is_killed_leaves_a_line_whose_command_removes_the_volume_once_the_server_lets_go()
    {
        Skip.IfNot(TestScale.IsLong, "the server takes seven minutes to see that vos is gone; runs with --long");
        LiveVolume volume = Imported("lng.", new string('x', 4_000_000));
        string name = fixture.Cell.UniqueName("lngR.");
        string path = VosScript.Before(
            repository["vos"],
            """
            if [ "$1" = restore ]; then
                exec 3<&0 # what runs in the background has no standard input of its own
                { head -c 100000 <&3; sleep 5; } | "$vos" "$@" &
                sleep 3
                kill -9 $!
                exit 137
            fi
            """);

        ProcessResult result = With(path, $"volume restore latest {volume.Name} {name} {Place}");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.False(AfsCell.Exists(name));
        string zap = result.Error.Split('\'')[1];
        Assert.StartsWith($"vos zap {AfsCell.Server} a ", zap, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(
            () => ProcessRunner.Shell($"sleep 10; {zap} -noresolve -localauth").ExitCode == 0, TimeSpan.FromMinutes(10)));
    }

    private LiveVolume Imported(string prefix, string text = "text")
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName(prefix));
        volume.Apply(new VolumeChanges().File("a", text));
        repository.Run("volume", "import", "--cell", AfsCell.Name, fixture.Cell.Dump(volume.Name).File).Expect();
        return volume;
    }

    private ProcessResult With(string path, string command) =>
        repository.Shell($"PATH='{path}' exec {SnapFsBinary.Path} {command}");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
