using System.Diagnostics;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Crashes;

/// <summary>A dump is taken in whole or not at all, whatever becomes of the program.</summary>
[Collection(AloneCollection.Name)]
public sealed class KilledImportTests : IDisposable
{
    private static readonly string[] Import = ["volume", "import", "--cell", "test.cell"];

    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void An_import_killed_at_any_moment_leaves_a_whole_repository_and_the_next_run_finishes()
    {
        fixture.Initialise();
        string dump = WriteDump(40 << 20);
        using RepositoryFixture other = new RepositoryFixture().Initialise();
        long started = Stopwatch.GetTimestamp();
        other.Run([.. Import, dump]).Expect();
        TimeSpan whole = Stopwatch.GetElapsedTime(started);
        int rounds = TestScale.Choose(5, 40);
        int killed = 0;
        for (int round = 0; round < rounds; round++)
        {
            using RunningProcess import = fixture.Start([.. Import, dump]);
            Thread.Sleep(whole * (round + 0.5) / rounds);
            killed += import.HasExited ? 0 : 1;
            import.Kill();
            import.Wait();
            fixture.CheckEverything();
        }

        Assert.True(killed > 0, "no import was killed: the test proved nothing");
        Finish(dump);
    }

    [SkippableTheory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public void An_import_told_to_stop_ends_cleanly_and_the_next_run_uses_what_was_stored(string signal, int code)
    {
        Skip.If(signal == "INT" && IgnoresInterrupts(), "this run is in the background of a shell, which has SIGINT ignored");
        fixture.Initialise();
        const int Length = 120 << 20;
        const int Read = 80 << 20;
        string dump = WriteDump(Length);
        string written = fixture["written"];
        long started = Stopwatch.GetTimestamp();
        using (RunningProcess import = fixture.Start([.. Import, "--filter", $"head -c {Read}; touch '{written}'; sleep 600", dump]))
        {
            while (!File.Exists(written) && !import.HasExited)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "timed out");
                Thread.Sleep(5);
            }

            WaitUntilIdle(import.Id); // it has read what the pipe still held, and waits for a filter that waits
            import.Signal(signal);
            ProcessResult stopped = import.Wait();
            Assert.True(stopped.ExitCode == code, stopped.ToString());
            Assert.True(Lines(stopped.Error) <= 1, stopped.ToString());
        }

        Assert.Equal(0, fixture.CountSnapshots());
        fixture.CheckEverything();
        const int Uncut = 17 << 20; // a buffer of four chunks is cut when it is full; where that was depends on the repository's key
        Assert.InRange(fixture.Packs().Values.Sum(), Read - Uncut, Read + (1 << 20));
        Finish(dump);
        Assert.InRange(fixture.Packs().Values.Sum(), Length, (long)(Length * 1.05));
    }

    [SkippableFact]
    public void A_full_disk_ends_an_import_with_14_and_one_line_and_with_room_it_is_finished()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        Directory.CreateDirectory(fixture.Repository);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", fixture.Repository]).Expect();
        fixture.Initialise();
        string dump = WriteDump(100 << 20);

        ProcessResult full = fixture.Run([.. Import, dump]);

        Assert.True(full.ExitCode == ExitCodes.StorageUnavailable, full.ToString());
        Assert.Equal(1, Lines(full.Error));
        Assert.Contains("space", full.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, fixture.CountSnapshots());
        fixture.CheckEverything();
        ProcessRunner.Run("mount", ["-o", "remount,size=300m", fixture.Repository]).Expect();
        Finish(dump);
    }

    /// <summary>Waits until a process has used no processor time for a while, and no thread of it waits for a processor or a disk.
    /// </summary>
    private static void WaitUntilIdle(int process)
    {
        string before = "";
        int quiet = 0;
        for (int i = 0; i < 240; i++)
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string used = string.Join(' ', stat[stat.LastIndexOf(')')..].Split(' ')[12..14]); // proc(5): utime and stime, in ticks
            string states = ProcessRunner.Run("ps", ["-L", "-o", "state=", "-p", $"{process}"]).Expect().Output;
            bool isQuiet = used == before && states.IndexOfAny(['R', 'D']) < 0;
            quiet = isQuiet ? quiet + 1 : 0;
            if (quiet == 3) // one look may fall between two waits for a slow disk
            {
                return;
            }

            before = used;
            Thread.Sleep(250);
        }

        Assert.Fail("the import is never idle");
    }

    /// <summary>Whether this process, and so each that it starts, ignores SIGINT.</summary>
    private static bool IgnoresInterrupts()
    {
        const long Interrupt = 1L << (2 - 1);
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToInt64(mask["SigIgn:".Length..].Trim(), 16) & Interrupt) != 0;
    }

    private static int Lines(string text) => text.Count(letter => letter == '\n');

    private void Finish(string dump)
    {
        fixture.Run([.. Import, dump]).Expect();
        fixture.CheckEverything();
        Assert.Equal(1, fixture.CountSnapshots());
        fixture.Shell($"snapfs volume get latest synthetic --original --cell test.cell | cmp - '{dump}'").Expect();
    }

    /// <summary>A dump with one file that does not compress.</summary>
    private string WriteDump(int length)
    {
        string path = fixture["volume.dump"];
        Random random = new(5);
        using FileStream file = File.Create(path);
        SyntheticVolume volume = new() { Files = 200, RootFileLength = length, Content = random.NextBytes };
        using Stream dump = volume.OpenDump();
        dump.CopyTo(file);
        return path;
    }
}
