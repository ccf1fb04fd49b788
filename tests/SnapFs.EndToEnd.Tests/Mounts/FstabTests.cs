using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>Lines of fstab and what mount(8) makes of them.</summary>
public sealed partial class FstabTests : IDisposable
{
    private readonly Fstab fstab = new();

    /// <summary>Each line that a document shows.</summary>
    public static TheoryData<string, string> DocumentedLines
    {
        get
        {
            TheoryData<string, string> lines = [];
            foreach (string document in (string[])
                ["docs/operations.md", "docs/man/mount.snapfs.8", "native/packaging/manual.roff", "native/mount/mount.snapfs"])
            {
                string text = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, document))
                    .Replace("\\-", "-", StringComparison.Ordinal);
                MatchCollection found = LineOfFstab().Matches(text);
                Assert.NotEmpty(found);
                foreach (Match line in found)
                {
                    lines.Add(document, line.Groups[1].Value);
                }
            }

            return lines;
        }
    }

    public void Dispose() => fstab.Dispose();

    [Theory]
    [InlineData("ro,noexec", true)]
    [InlineData("noauto,user", true)]
    [InlineData("users,nofail", true)]
    [InlineData("user,exec", false)]
    [InlineData("exec,noexec", true)]
    [InlineData("defaults,_netdev", false)]
    public void Options_that_keep_programs_from_being_executed_are_passed_on(string options, bool isNoExec)
    {
        ProcessResult result = ProcessRunner.Run(
            "sh", [Fstab.Helper, "/srv/backup", "/mnt/snapfs", "-fv", "-o", options]).Expect();

        Assert.Equal(isNoExec, result.Error.Contains("--noexec", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(DocumentedLines))]
    public void Each_line_of_the_documents_mounts_and_says_nothing(string document, string line)
    {
        fstab.Write(line);
        bool isAutomatic = !line.Contains("noauto", StringComparison.Ordinal);

        ProcessResult result = fstab.Boot($"""
            mount --fstab "$fstab" --all
            {(isAutomatic ? "" : "mount --fstab \"$fstab\" \"$directory\"")}
            cat "$directory"/hosts/*/t/latest/"$source"/file
            findmnt -no OPTIONS "$directory"
            umount "$directory"
            """);

        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, $"{document}: {line}\n{result}");
        Assert.Contains(Fstab.Content, result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\bro\b.*\bnosuid\b.*\bnodev\b.*\bnoatime\b", result.Output);
    }

    /// <summary>mount(8) compares the source in the mount table with that of the line.</summary>
    [SkippableTheory]
    [InlineData("plain", "plain")]
    [InlineData("two words", @"two\040words")]
    [InlineData("a,b", "a,b")]
    [InlineData("back\\slash #1\tand\nline", @"back\134slash\040\0431\011and\012line")]
    public void Mounting_all_again_is_quiet(string name, string written)
    {
        fstab.MoveRepository(name);
        fstab.Write($"{fstab.Fixture[written]} /mnt/snapfs snapfs ro,password-file=/etc/snapfs/password 0 0");

        ProcessResult result = fstab.Boot("""
            mount --fstab "$fstab" --all
            mount --fstab "$fstab" --all
            grep -c " $directory " /proc/self/mounts
            findmnt -nro TARGET --source "$repository"
            umount "$directory"
            """).Expect();

        Assert.Equal("", result.Error);
        Assert.Equal($"1\n{fstab.Directory}\n", result.Output);
    }

    [SkippableFact]
    public void Mounting_all_again_is_quiet_where_the_line_names_a_link()
    {
        File.CreateSymbolicLink(fstab.Fixture["link"], fstab.Fixture.Repository);
        fstab.Write($"{fstab.Fixture["link"]}/ /mnt/snapfs snapfs ro,password-file=/etc/snapfs/password 0 0");

        ProcessResult result = fstab.Boot("""
            mount --fstab "$fstab" --all
            mount --fstab "$fstab" --all
            umount "$directory"
            SNAPFS_PASSWORD_FILE=$password "$SNAPFS_PROGRAM" mount "$directory" --repo "$link"
            mount --fstab "$fstab" --all
            findmnt -nro SOURCE "$directory"
            umount "$directory"
            """).Expect();

        Assert.Equal("", result.Error);
        Assert.Equal(fstab.Fixture.Repository + "\n", result.Output);
    }

    [SkippableFact]
    public void A_value_with_commas_is_written_in_quotes_or_with_backslashes()
    {
        File.Move(fstab.Fixture["password"], fstab.Fixture["pass,word 1"]);
        fstab.Write(
            $"/srv/backup /mnt/snapfs snapfs ro,password-file=\"{fstab.Fixture["pass,word"]}\\0401\",nofail 0 0",
            $"/srv/backup /mnt/other snapfs ro,password-file={fstab.Fixture["pass\\,word"]}\\0401,nofail 0 0");

        ProcessResult result = fstab.Boot("""
            mount --fstab "$fstab" --all
            cat "$directory"/hosts/*/t/latest/"$source"/file "$other"/hosts/*/t/latest/"$source"/file
            umount "$directory" "$other"
            """).Expect();

        Assert.Equal("", result.Error);
        Assert.Equal(Fstab.Content + Fstab.Content, result.Output);
    }

    [SkippableFact]
    public void An_ordinary_user_mounts_a_line_that_says_user()
    {
        fstab.Write("/srv/backup /mnt/snapfs snapfs noauto,user,password-file=/etc/snapfs/password 0 0");

        ProcessResult result = fstab.Boot("""
            mknod -m 666 "$directory.fuse" c 10 229
            mount --bind "$directory.fuse" /dev/fuse
            mount --bind "$fstab" /etc/fstab
            chown -R 65534:65534 "$repository" "$password" "$directory" "$SNAPFS_CACHE_DIR"
            chmod 755 "${repository%/*}"
            setpriv --reuid 65534 --regid 65534 --clear-groups sh -euc '
                mount "$1"
                cat "$1"/hosts/*/t/latest/"$2"/file
                findmnt -no OPTIONS "$1"
                "$SNAPFS_PROGRAM" umount "$1"' sh "$directory" "$source"
            """).Expect();

        Assert.Contains(Fstab.Content, result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\bro\b.*\bnosuid\b.*\bnodev\b.*\bnoexec\b.*\bnoatime\b", result.Output);
        Assert.Equal("", result.Error);
    }

    [SkippableFact]
    public void The_line_of_an_automount_mounts_when_somebody_looks()
    {
        TheoryData<string, string> lines = DocumentedLines;
        string line = lines.Select(row => (string)row[1]).First(line => line.Contains("x-systemd.automount", StringComparison.Ordinal));
        fstab.Write(line);

        ProcessResult result = fstab.Automount(
            reader: """cat "$directory"/hosts/*/t/latest/"$source"/file""",
            mounter: """mount --fstab "$fstab" "$directory" """).Expect();

        Assert.Equal("", result.Error);
        Assert.Equal("asked to mount: 0\n" + Fstab.Content, result.Output);
    }

    /// <summary>What is looked at on the way to the mount must not ask for it.</summary>
    [SkippableFact]
    public void A_directory_that_waits_for_a_look_is_mounted_by_hand_too()
    {
        fstab.Write("/srv/backup /mnt/snapfs snapfs password-file=/etc/snapfs/password 0 0");

        ProcessResult result = fstab.Automount(
            reader: """
                timeout 60 "$SNAPFS_PROGRAM" mount "$directory" --repo "$repository" --password-file "$password"
                cat "$directory"/hosts/*/t/latest/"$source"/file
                mount --fstab "$fstab" --all
                """,
            mounter: "exit 1").Expect();

        Assert.Equal("", result.Error);
        Assert.Equal(Fstab.Content, result.Output);
    }

    [GeneratedRegex(@"^#? *(/\S+ /\S+ snapfs \S+ 0 0)$", RegexOptions.Multiline)]
    private static partial Regex LineOfFstab();
}
