using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/SnapFs.Benchmarks -- --filter '*' --job short
BenchmarkSwitcher.FromAssembly(typeof(SnapFs.Benchmarks.ChunkerBenchmarks).Assembly).Run(args);
