using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Importing;

/// <summary>A repository that restic or borg has made of a tree that changes from day to day.</summary>
internal sealed class ForeignHistory
{
    /// <summary>The password of each of them.</summary>
    public const string Password = "another battery";

    private readonly RepositoryFixture fixture;
    private readonly string program;
    private int days;

    public ForeignHistory(RepositoryFixture fixture, string program)
    {
        Skip.IfNot(ProcessRunner.Exists(program), $"{program} is missing: apt-get install restic borgbackup");
        this.fixture = fixture;
        this.program = program;
        (string Name, string Value)[] variables =
        [
            ("RESTIC_PASSWORD", Password),
            ("RESTIC_CACHE_DIR", fixture["restic-cache"]),
            ("RESTIC_REPOSITORY", fixture["elsewhere"]), // the argument counts
            ("BORG_PASSPHRASE", Password),
            ("BORG_BASE_DIR", fixture["borg-base"]),
        ];
        foreach ((string name, string value) in variables)
        {
            fixture.Environment[name] = value;
        }

        fixture.Shell(program == "restic"
            ? $"restic -q -r '{Path}' init"
            : $"borg init -e repokey '{Path}' 2>&1").Expect();
    }

    /// <summary>Where the repository is.</summary>
    public string Path => fixture["foreign"];

    /// <summary>What is backed up.</summary>
    public string Source => fixture["src/tree"];

    /// <summary>The machine that the snapshots are of.</summary>
    public string Host => program == "restic" ? "web1" : Environment.MachineName;

    /// <summary>Ids or names of the snapshots, the oldest first.</summary>
    public IReadOnlyList<string> Names => [.. Enumerable.Range(1, days).Select(NameOf)];

    /// <summary>The arguments that take all over.</summary>
    public string[] Import => ["import", program, Path];

    /// <summary>Three days of files, links, odd names, attributes, changes and removals.</summary>
    public ForeignHistory WithThreeDays()
    {
        Take($"""
            mkdir -p '{Source}'
            cd '{Source}'
            mkdir -p docs/deep/er etc empty
            echo one > docs/one
            echo two > docs/two
            ln docs/one etc/linked
            ln -s ../docs/one etc/symlink
            ln -s nowhere 'dangling link'
            printf x > "$(printf 'not\377utf8')"
            printf y > "$(printf 'new\nline')"
            printf z > 'what?*[a]\ "quoted" {"{brace}"} -x'
            : > docs/empty
            mkfifo etc/pipe
            chmod 4750 docs/two
            chmod 1777 empty
            chmod 0 etc/pipe
            head -c 3000000 /dev/urandom > docs/deep/er/data
            truncate -s 20M docs/hole
            setfattr -n user.colour -v blue docs/one
            setfacl -m u:77:rw docs/two
            setfacl -d -m g:88:r docs/deep
            if [ "$(id -u)" = 0 ]; then
                mknod etc/null c 1 3
                chown 1234:5678 docs/two
                chown -h 77:88 etc/symlink
            fi
            touch -d '2020-01-02 03:04:05.123456789' docs/one docs/deep
            """);
        Take($"""
            cd '{Source}'
            echo more >> docs/two
            rm docs/empty 'dangling link'
            mv docs/deep/er/data docs/moved
            mkdir new
            head -c 2000000 /dev/urandom > new/bytes
            ln docs/two new/linked
            """);
        return Take($"""
            cd '{Source}'
            rm -r new etc/linked
            rmdir empty
            echo empty > empty
            setfattr -x user.colour docs/one
            """);
    }

    /// <summary>Changes the tree by a script and takes a snapshot of the day after.</summary>
    public ForeignHistory Take(string script)
    {
        days++;
        fixture.Shell(script).Expect();
        fixture.Shell(program == "restic"
            ? $"TZ=UTC restic -q -r '{Path}' backup --host web1 --tag daily --time '{TimeOf(days, ' ')}' '{Source}'"
            : $"TZ=UTC borg create --timestamp {TimeOf(days, 'T')} '{Path}::{NameOf(days)}' '{Source}'").Expect();
        return this;
    }

    /// <summary>What the program itself restores of a day.</summary>
    /// <returns>Where the source is in that.</returns>
    public string Restore(int day)
    {
        string target = fixture[$"expected{day}"];
        fixture.Shell(program == "restic"
            ? $"restic -q -r '{Path}' restore --target '{target}' \"$(restic -r '{Path}' snapshots --json "
                + $"| python3 -c 'import json, sys; print(json.load(sys.stdin)[{day - 1}][\"id\"])')\""
            : $"mkdir '{target}'; cd '{target}'; borg extract --numeric-ids '{Path}::{NameOf(day)}'").Expect();
        return target + Source;
    }

    /// <summary>When the snapshot of a day was begun.</summary>
    public static string TimeOf(int day, char separator) => $"2026-11-{day:d2}{separator}02:20:00";

    private static string NameOf(int day) => $"day-{day}";
}
