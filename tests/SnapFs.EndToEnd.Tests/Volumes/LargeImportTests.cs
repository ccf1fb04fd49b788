using System.Globalization;
using SnapFs.Afs.Dumps;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;
using Xunit.Abstractions;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>Dumps of many files and of huge ones, taken in by the real program in bounded memory.</summary>
[Collection(AloneCollection.Name)]
public sealed class LargeImportTests(ITestOutputHelper log) : IDisposable
{
    private const long MemoryLimit = 300_000_000;
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_full_of_many_files_and_an_increment_on_it_need_little_memory()
    {
        int files = TestScale.Choose(20_000, 1_000_000);
        SyntheticVolume volume = new() { Directories = 50, Files = files };

        Assert.InRange(PeakOfImport(volume.OpenDump()), 1, MemoryLimit);
        Assert.InRange(PeakOfImport(volume.OpenIncrement(changed: 3, volume.Time + 1000, like: 5)), 1, MemoryLimit);

        Assert.Equal(2, fixture.CountSnapshots());
        fixture.CheckEverything();
    }

    [Fact]
    public void A_salvage_that_loses_the_files_of_many_names_needs_little_memory()
    {
        SyntheticVolume volume = new() { Directories = 50, Files = TestScale.Choose(20_000, 1_000_000) };
        byte[] beforeFiles = new byte[EndOfDirectories(volume) + 1]; // a vnode is known to be whole by what follows it
        using (Stream dump = volume.OpenDump())
        {
            dump.ReadExactly(beforeFiles);
        }

        Assert.InRange(PeakOfImport(new MemoryStream(beforeFiles), ExitCodes.Partial, "--salvage"), 1, MemoryLimit);

        Assert.Contains(
            $"\"namesLost\":{volume.Files + 4},", fixture.Run("volume", "list", "--json").Expect().Output, StringComparison.Ordinal);
        fixture.CheckEverything();
    }

    [Fact]
    public void A_content_with_a_long_length_comes_back()
    {
        const long Huge = (1L << 32) + 5;
        SyntheticVolume volume = new() { RootFileLength = TestScale.Choose(64 << 20, Huge) };

        Assert.InRange(PeakOfImport(volume.OpenDump()), 1, MemoryLimit);

        fixture.Shell(
            $"snapfs volume get latest {volume.Name} --original --cell a | cmp - '{fixture["volume.dump"]}'").Expect();
        fixture.CheckEverything();
    }

    private static int EndOfDirectories(SyntheticVolume volume)
    {
        using Stream dump = volume.OpenDump();
        DumpReader reader = new(dump);
        while (reader.Read() != DumpStep.End && reader.Record.Type == VnodeType.Directory)
        {
        }

        return (int)reader.WholeLength;
    }

    /// <summary>Takes a dump in.</summary>
    /// <returns>The most memory that the program had, bytes.</returns>
    private long PeakOfImport(Stream dump, int exitCode = ExitCodes.Done, params string[] options)
    {
        const string Measure = """
            import resource, subprocess, sys
            code = subprocess.call(sys.argv[1:], stdout=sys.stderr)
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            sys.exit(code)
            """;
        using (dump)
        {
            using FileStream file = File.Create(fixture["volume.dump"]);
            dump.CopyTo(file);
        }

        ProcessResult run = ProcessRunner.Run(
            "python3",
            ["-c", Measure, SnapFsBinary.Path, "volume", "import", "--cell", "a", .. options, fixture["volume.dump"]],
            new ProcessOptions { Environment = fixture.Environment, Timeout = TimeSpan.FromMinutes(10) }).Expect(exitCode);
        log.WriteLine($"{run.Error.Trim()}, {run.Output.Trim()} KiB");
        return long.Parse(run.Output, CultureInfo.InvariantCulture) * 1024;
    }
}
