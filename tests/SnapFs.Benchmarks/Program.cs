using BenchmarkDotNet.Running;
using SnapFs.Benchmarks;
using SnapFs.Benchmarks.Volumes;

// dotnet run -c Release --project tests/SnapFs.Benchmarks -- --filter '*' --job short
// dotnet run -c Release --project tests/SnapFs.Benchmarks -- dump DIRECTORY VOLUME FILE
// dotnet run -c Release --project tests/SnapFs.Benchmarks -- index DIRECTORY 1000000 10000000 100000000
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
