using BenchmarkDotNet.Running;
using SnapFs.Benchmarks;
using SnapFs.Benchmarks.Volumes;

// dotnet run -c Release --project tests/SnapFs.Benchmarks -- --filter '*' --job short
// dotnet run -c Release --project tests/SnapFs.Benchmarks -- dump DIRECTORY VOLUME FILE
// dotnet run -c Release --project tests/SnapFs.Benchmarks -- index DIRECTORY 1000000 10000000 100000000
// dotnet run -c Release --project tests/SnapFs.Benchmarks -- grow REPOSITORY KEYFILE snapshots 10000
if (args is ["grow", string repository, string keyFile, string what, string count])
{
    await GrownRepository.GrowAsync(repository, keyFile, what, count);
    return;
}

if (args is ["index", string place, .. string[] sizes])
{
    IndexGrowth.Run(place, sizes);
    return;
}

if (args is ["dump", string directory, string volume, string file])
{
    using FileStream output = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
    DirectoryDump.Write(new DirectoryInfo(directory), volume, output);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(SnapFs.Benchmarks.ChunkerBenchmarks).Assembly).Run(args);
