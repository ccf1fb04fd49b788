using SnapFs.EndToEnd.Tests.Harness;

// Mounts, owners and signals as here exist nowhere else.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Every test has a repository, a cache and mount points of its own, and most of its time goes into starting programs: a small machine
// is kept busy by two beside one of the cell, which waits for the clock. What would judge the others is in AloneCollection.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer("SnapFs.EndToEnd.Tests.Harness." + nameof(LongFirst), "SnapFs.EndToEnd.Tests")]
